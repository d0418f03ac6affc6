"""Rings among rows and what stands, against a plain walk upwards from every row."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from retention.customers.importers.rings import Named, lines_in_rings

names = st.sampled_from("abcdefg")


def walked(rows: list[Named], standing: dict[str, str]) -> set[int]:
    """The same by brute force."""
    left, refused = sorted(rows), set[int]()
    while True:
        parents = {**standing, **{row.child: row.parent for row in left}}
        wrong = {row.line for row in left if row.child in way_up(row.parent, parents)}
        if not wrong:
            return refused
        refused |= wrong
        left = [row for row in left if row.line not in wrong]


def way_up(start: str, parents: dict[str, str]) -> list[str]:
    way = [start]
    while (above := parents.get(way[-1])) is not None and above not in way:
        way.append(above)
    return way


@given(st.lists(st.tuples(names, names), max_size=12), st.dictionaries(names, names, max_size=7))
def test_the_lines_are_those_that_a_walk_finds(pairs: list[tuple[str, str]], standing: dict[str, str]) -> None:
    rows = [Named(line, child, parent) for line, (child, parent) in enumerate(pairs)]
    assert set(lines_in_rings(rows, standing)) == walked(rows, standing)


def test_a_line_is_refused_once_and_what_a_later_row_says_counts() -> None:
    rows = [Named(1, "a", "b"), Named(2, "b", "a"), Named(3, "b", "c"), Named(4, "d", "d")]
    assert lines_in_rings(rows, {}) == [2, 4]
    assert lines_in_rings(rows, {"c": "a"}) == [1, 2, 3, 4]
