"""Which segments a rule asks about, read from the stored rule: one that no longer parses names them as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

FIELD = "in_segment"
PARAM = "segment"


def segments_named(rule: object) -> set[str]:
    """The codes of the segments that `rule` asks about."""
    return set(_named(rule))


def _named(rule: object) -> Iterator[str]:
    if isinstance(rule, list):
        for part in rule:
            yield from _named(part)
    elif isinstance(rule, Mapping):
        if "field" not in rule:
            yield from _named(list(rule.values()))
        elif rule["field"] == FIELD and isinstance(params := rule.get("params"), Mapping):
            code = params.get(PARAM)
            if isinstance(code, str):
                yield code
