"""Segments that ask about each other: who names whom, and in which order they are counted."""

from __future__ import annotations

from collections.abc import Iterable

from retention.segments.models import Segment
from retention.segments.rules.names import segments_named


def asked_by(segment: Segment) -> list[Segment]:
    """The other living segments whose rules name `segment`."""
    living = Segment.objects.filter(archived_at=None).exclude(pk=segment.pk)
    return [one for one in living if segment.code in segments_named(one.rule)]


def in_order_of_reference(segments: Iterable[Segment]) -> list[Segment]:
    """`segments`, each after those that it asks about; else in the order given.

    A circle, which can't be saved but may have been once, is broken where it is met.
    """
    by_code = {segment.code: segment for segment in segments}
    met: set[str] = set()
    ordered: list[Segment] = []

    def visit(segment: Segment) -> None:
        met.add(segment.code)
        for code in sorted(segments_named(segment.rule) & by_code.keys()):
            if code not in met:
                visit(by_code[code])
        ordered.append(segment)

    for segment in by_code.values():
        if segment.code not in met:
            visit(segment)
    return ordered


def way_back(rule: object, code: str) -> str | None:
    """The segment named by `rule` that is `code` itself or asks about it in turn; None where none does."""
    living = dict(Segment.objects.filter(archived_at=None).values_list("code", "rule"))
    for first in sorted(segments_named(rule)):
        met, to_read = {first}, [first]
        while to_read:
            here = to_read.pop()
            if here == code:
                return first
            further = segments_named(living.get(here)) - met
            met |= further
            to_read += further
    return None
