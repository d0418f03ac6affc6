"""Columns and filters that upper floors add to the list of customers: scores, segments, tags.

    register(ListPart("scores", 10, "scores.view", columns, filters, load))

`load(ids)` is asked once for the customers of a page; a column finds its share under ``listed.<code>.…``.
A filter narrows the queryset of customers; it should do so by a subquery that an index serves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retention.common.registry import Registry
from retention.common.tables import Column, Filter


@dataclass(frozen=True)
class ListPart:
    """What one floor adds, for those who hold `permission`."""

    code: str
    order: int
    permission: str
    columns: Sequence[Column] = ()
    filters: Sequence[Filter] = ()
    load: Callable[[Sequence[int]], Mapping[int, Any]] = lambda ids: {}


list_parts: Registry[ListPart] = Registry("part of the customer list", key=lambda part: part.code)


def register(part: ListPart) -> ListPart:
    """Add `part` to the list of customers."""
    return list_parts.register(part)


def parts_for(codes: frozenset[str]) -> list[ListPart]:
    """The parts that a person with these permissions sees, in order."""
    return sorted((part for part in list_parts if part.permission in codes), key=lambda part: part.order)
