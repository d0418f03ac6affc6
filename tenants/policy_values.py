"""What a policy may be: turn text into a value of its kind, and refuse what can't be with place and mend."""

from __future__ import annotations

import json
import math
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from tenants.policies import JSONValue, PolicySpec

WHOLE: Final = frozenset({"integer"})
NUMERIC: Final = frozenset({"integer", "number", "share", "days", "hours", "minutes", "money"})
NOT_NEGATIVE: Final = frozenset({"share", "days", "hours", "minutes", "money"})
TRUE_WORDS: Final = frozenset({"true", "yes", "on", "1", "是"})
FALSE_WORDS: Final = frozenset({"false", "no", "off", "0", "否"})
LONGEST_TEXT: Final = 2000


def parse_value(spec: PolicySpec, text: str) -> JSONValue:
    """The value that `text` (typed in a form or on the command line) stands for; raises DomainError."""
    text = text.strip()
    if spec.kind in NUMERIC:
        return validate_value(spec, _number(spec, text, spec.name))
    if spec.kind == "boolean":
        word = text.lower()
        if word not in TRUE_WORDS | FALSE_WORDS:
            raise _refusal(spec.name, _("“%(text)s” is neither yes nor no") % {"text": text}, _("Write yes or no."))
        return validate_value(spec, word in TRUE_WORDS)
    if spec.kind == "numbers":
        return validate_value(spec, _numbers(spec, text))
    if spec.kind == "records":
        return validate_value(spec, _records(spec, text))
    return validate_value(spec, text)


def validate_value(spec: PolicySpec, value: JSONValue) -> JSONValue:
    """`value`, when it is of the policy's kind and within its bounds; whole numbers come back as integers."""
    if spec.kind in NUMERIC:
        value = _bounded(spec, value, spec.name)
    elif spec.kind == "numbers":
        value = _bounded_map(spec, value)
    elif spec.kind == "boolean":
        if not isinstance(value, bool):
            raise _refusal(spec.name, _("this is neither yes nor no"), _("Use true or false."))
    elif spec.kind == "records":
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise _refusal(spec.name, _("this is not a list of JSON objects"), _("Write [] for none."))
    elif not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise _refusal(
            spec.name,
            _("this is no text of at most %(count)d characters") % {"count": LONGEST_TEXT},
            _("Shorten it."),
        )
    elif spec.kind == "choice" and value not in spec.choices:
        allowed = ", ".join(spec.choices)
        raise _refusal(
            spec.name, _("“%(value)s” is not one of its choices") % {"value": value}, _("Use one of: %s.") % allowed
        )
    if spec.check is not None:
        spec.check(value)
    return value


def _number(spec: PolicySpec, text: str, place: str) -> float:
    """A number as typed; a share may be typed as "15 %"."""
    percent = spec.kind == "share" and text.endswith(("%", "％"))
    try:
        number = float(text.rstrip("%％ ").replace(",", "") if percent else text)
    except ValueError:
        raise _refusal(
            place, _("“%(text)s” is not a number") % {"text": text}, _("Write digits, with a point for fractions.")
        ) from None
    return round(number / 100, 12) if percent else number


def _numbers(spec: PolicySpec, text: str) -> dict[str, JSONValue]:
    """A map of names to numbers, as a JSON object or as lines of ``name = number``."""
    if text.startswith("{"):
        try:
            found = json.loads(text)
        except ValueError:
            raise _refusal(
                spec.name, _("this is not a JSON object"), _('Write {"name": 1} or lines of “name = 1”.')
            ) from None
        return {str(key): value for key, value in found.items()}
    pairs = (line.partition("=") for line in text.splitlines() if line.strip())
    return {
        name.strip(): _number(spec, number.strip(), f"{spec.name}.{name.strip()}") for name, _equals, number in pairs
    }


def _records(spec: PolicySpec, text: str) -> JSONValue:
    try:
        found: JSONValue = json.loads(text or "[]")
    except ValueError:
        raise _refusal(spec.name, _("this is not JSON"), _("Write [] for none.")) from None
    return found


def _bounded(spec: PolicySpec, value: JSONValue, place: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _refusal(place, _("this is not a number"), _("Write digits, with a point for fractions."))
    low, high = _bounds(spec)
    shown = f"{value:.12g}"
    if spec.kind in WHOLE and value != int(value):
        raise _refusal(place, _("%(value)s is not a whole number") % {"value": shown}, _("Leave out the fraction."))
    if low is not None and value < low:
        raise _refusal(
            place,
            _("%(value)s is below the least allowed, %(low)s") % {"value": shown, "low": f"{low:g}"},
            _("Use %(low)s or more.") % {"low": f"{low:g}"},
        )
    if high is not None and value > high:
        raise _refusal(
            place,
            _("%(value)s is above the most allowed, %(high)s") % {"value": shown, "high": f"{high:g}"},
            _("Use %(high)s or less.") % {"high": f"{high:g}"},
        )
    return int(value) if value == int(value) else value


def _bounds(spec: PolicySpec) -> tuple[float | None, float | None]:
    low = spec.minimum if spec.minimum is not None else (0.0 if spec.kind in NOT_NEGATIVE else None)
    high = spec.maximum if spec.maximum is not None else (1.0 if spec.kind == "share" else None)
    return low, high


def _bounded_map(spec: PolicySpec, value: JSONValue) -> dict[str, JSONValue]:
    """Names are those of the default, unless the default is empty and thus open."""
    if not isinstance(value, dict):
        raise _refusal(spec.name, _("this is not a map of names to numbers"), _("Write lines of “name = 1”."))
    known = set(spec.default) if isinstance(spec.default, dict) else set()
    if known and set(value) != known:
        unknown, missing = sorted(set(value) - known), sorted(known - set(value))
        raise _refusal(
            spec.name,
            _("unknown names: %(unknown)s; missing: %(missing)s")
            % {"unknown": ", ".join(unknown) or "–", "missing": ", ".join(missing) or "–"},
            _("Give a number for each of: %s.") % ", ".join(sorted(known)),
        )
    return {name: _bounded(spec, number, f"{spec.name}.{name}") for name, number in value.items()}


def _refusal(place: str, what: str | Promise, mend: str | Promise) -> DomainError:
    return DomainError("policy_invalid", f"{place}: {what}.", mend=str(mend))
