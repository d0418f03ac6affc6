"""A rule after checking: a tree whose leaves are clauses about one field each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from retention.common.errors import DomainError
from retention.segments.fields import Field
from retention.segments.rules.ops import Op

Scalar = int | Decimal | str | bool | date


class RuleError(DomainError):
    """A rule that can't be understood: `place` says where in its tree, as ``all[1].not.value``."""

    def __init__(self, message: str, *, place: str = "", mend: str = "") -> None:
        super().__init__("bad_rule", message, mend=mend)
        self.place = place

    def as_json(self) -> dict[str, str]:
        """The body of an error, with the place."""
        return {**super().as_json(), "place": self.place}


@dataclass(frozen=True)
class All:
    """True when every part is."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class AnyOf:
    """True when at least one part is."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """True when the part is not: also when the part is not known to be."""

    part: Node


@dataclass(frozen=True)
class Clause:
    """One question about one field, true only when the field's value is known and answers it."""

    field: Field
    op: Op
    values: tuple[Scalar, ...]
    params: Mapping[str, int | str]
    place: str


Node = All | AnyOf | Not | Clause


def clauses(node: Node) -> Iterator[Clause]:
    """The leaves from left to right."""
    if isinstance(node, Clause):
        yield node
    elif isinstance(node, Not):
        yield from clauses(node.part)
    else:
        for part in node.parts:
            yield from clauses(part)
