"""Which rows of a file would put something above itself, where each thing has at most one parent.

All rows are looked at once, in time linear in rows and in what stands; only where a refused row brings back a parent
of before, all that are left are looked at again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

NO_RING = -1


class Named(NamedTuple):
    """A row that names a parent."""

    line: int
    child: str
    parent: str


def lines_in_rings(rows: list[Named], standing: Mapping[str, str]) -> list[int]:
    """The lines whose child lies above their own parent, by the rows and by what stands (child to parent).

    The last row of a child counts for it, and what stands for who has none. Without the lines returned there is no
    ring but those that stand already.
    """
    left, refused = sorted(rows), list[int]()
    while True:
        family = _Family({**standing, **{row.child: row.parent for row in left}})
        wrong = {row.line for row in left if family.lies_above(row.child, row.parent)}
        if not wrong:
            return refused
        refused += sorted(wrong)
        left = [row for row in left if row.line not in wrong]


class _Family:
    """Who lies above whom, each answered at once: rings are told apart, and the trees that hang on them numbered."""

    def __init__(self, parents: Mapping[str, str]) -> None:
        self._rings = _rings(parents)
        self._children = defaultdict[str, list[str]](list)
        for child, parent in parents.items():
            if child not in self._rings:
                self._children[parent].append(child)
        self._root: dict[str, int] = {}
        self._first: dict[str, int] = {}
        self._last: dict[str, int] = {}
        for one, ring in self._rings.items():
            self._number(one, ring)
        for parent in parents.values():
            if parent not in parents and parent not in self._first:
                self._number(parent, NO_RING)

    def lies_above(self, one: str, other: str) -> bool:
        """Whether `one` is `other` or lies above it."""
        if other not in self._first:  # named by a row that a later one overrules: nobody hangs on it
            return False
        ring = self._rings.get(one)
        if ring is not None:
            return self._root[other] == ring
        return self._first[one] <= self._first[other] <= self._last[one]

    def _number(self, top: str, root: int) -> None:
        """Number `top` and all below it, so that those below one are those between its first and last number."""
        todo = [(top, False)]
        while todo:
            here, left_behind = todo.pop()
            if left_behind:
                self._last[here] = len(self._first)
                continue
            self._root[here], self._first[here] = root, len(self._first) + 1
            todo.append((here, True))
            todo += [(child, False) for child in self._children[here]]


def _rings(parents: Mapping[str, str]) -> dict[str, int]:
    """Those on a ring, with the ring's number: a walk upwards from everybody, over each once."""
    rings: dict[str, int] = {}
    met: set[str] = set()
    for number, start in enumerate(parents):
        way: list[str] = []
        here: str | None = start
        while here is not None and here not in met:
            met.add(here)
            way.append(here)
            here = parents.get(here)
        if here in (places := {one: place for place, one in enumerate(way)}):
            rings.update(dict.fromkeys(way[places[here] :], number))
    return rings
