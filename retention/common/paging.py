"""Keyset pages: any depth costs what the first page costs, in either direction, with nothing skipped or doubled.

A page is found by the values at its edge, not by a count of rows to skip. Rows without a value come last, whichever
way the column is sorted, so a list is read as up to three stretches: rows with a value, rows with none, and rows whose
relation leads nowhere. An index on ``(column, key)`` serves the first two; the key lies in the column's own table.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Func, Model, QuerySet, Value
from django.db.models.constants import LOOKUP_SEP
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.translation import gettext as _

from retention.common.errors import DomainError

Row = TypeVar("Row", bound=Model)
Way = Literal["after", "before"]
Stretch = Literal["valued", "empty", "missing"]
PAGE_SIZE = 25


@dataclass(frozen=True)
class Sort:
    """A column or annotation to sort by, as a lookup path (``"name"``, ``"state__last_order_on"``), and which way."""

    path: str
    descending: bool = False


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and the cursors of its neighbours (empty at the ends)."""

    rows: list[Row]
    next_cursor: str
    previous_cursor: str


@dataclass(frozen=True)
class _Edge:
    """Where a page ends: the stretch, value and key there, and the side on which the next page lies."""

    stretch: Stretch
    value: Any
    key: Any
    way: Way


class _Pair(Func):
    """``ROW(column, key)``: one index on both serves a comparison of two of them."""

    function = "ROW"
    output_field: Field[Any, Any] = Field()


def keyset_page(queryset: QuerySet[Row], sort: Sort, *, cursor: str = "", size: int = PAGE_SIZE) -> Page[Row]:
    """The page of `queryset` at `cursor`, the first without one. Replaces the queryset's own order.

    Raises DomainError for a cursor that was not made for this sort.
    """
    edge = _decode(cursor, queryset, sort) if cursor else None
    backward = edge is not None and edge.way == "before"
    rows = _read(queryset, sort, edge, backward, size + 1)
    more = len(rows) > size
    rows = rows[:size]
    if backward:
        rows.reverse()
    has_next = more if not backward else True
    has_previous = more if backward else edge is not None
    return Page(
        rows,
        _encode(rows[-1], queryset, sort, "after") if rows and has_next else "",
        _encode(rows[0], queryset, sort, "before") if rows and has_previous else "",
    )


def _read(queryset: QuerySet[Row], sort: Sort, edge: _Edge | None, backward: bool, limit: int) -> list[Row]:
    """Up to `limit` rows beyond `edge`, stretch after stretch."""
    stretches = _stretches(queryset, sort.path)
    if backward:
        stretches.reverse()
    if edge is not None:
        stretches = stretches[stretches.index(edge.stretch) :]
    rows: list[Row] = []
    for position, stretch in enumerate(stretches):
        if len(rows) < limit:
            here = edge if position == 0 else None
            rows += _stretch(queryset, sort, stretch, here, backward)[: limit - len(rows)]
    return rows


def _stretch(
    queryset: QuerySet[Row], sort: Sort, stretch: Stretch, edge: _Edge | None, backward: bool
) -> QuerySet[Row, Row]:
    """The rows of one stretch, in order, beyond `edge`. The order names the column even where all rows lack a value,
    because that is the index's order."""
    falling = sort.descending != backward
    sign, beyond = ("-", "lt") if falling else ("", "gt")
    tie = _tie(queryset.model, sort.path)
    relation = sort.path.rpartition(LOOKUP_SEP)[0]
    if stretch == "missing":
        rows = queryset.filter(**{f"{relation}__isnull": True}).order_by(f"{sign}pk")
        return rows if edge is None else rows.filter(**{f"pk__{beyond}": edge.key})
    rows = queryset.order_by(f"{sign}{sort.path}", f"{sign}{tie}")
    if relation:
        rows = rows.filter(**{f"{relation}__isnull": False})
    if stretch == "empty":
        rows = rows.filter(**{f"{sort.path}__isnull": True})
        return rows if edge is None else rows.filter(**{f"{tie}__{beyond}": edge.key})
    if _is_nullable(queryset, sort.path):
        rows = rows.filter(**{f"{sort.path}__isnull": False})
    if edge is None:
        return rows
    value = Value(edge.value, output_field=_field(queryset, sort.path))
    compare = LessThan if falling else GreaterThan
    return rows.filter(compare(_Pair(F(sort.path), F(tie)), _Pair(value, Value(edge.key))))


def _encode(row: Model, queryset: QuerySet[Row], sort: Sort, way: Way) -> str:
    owner: Any = row
    *relations, column = sort.path.split(LOOKUP_SEP)
    for relation in relations:
        owner = getattr(owner, relation, None)
    value = getattr(owner, column, None)
    stretch: Stretch = "missing" if owner is None else "empty" if value is None else "valued"
    key = row.pk if owner is None or _tie(queryset.model, sort.path) == "pk" else owner.pk
    text = None if value is None else _field(queryset, sort.path).get_prep_value(value)
    body = json.dumps([way, sort.path, sort.descending, stretch, text, key], separators=(",", ":"), default=str)
    return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")


def _decode(cursor: str, queryset: QuerySet[Row], sort: Sort) -> _Edge:
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        way, path, descending, stretch, text, key = json.loads(base64.urlsafe_b64decode(padded))
        if way not in ("after", "before") or (path, descending) != (sort.path, sort.descending):
            raise ValueError("another sort")
        if stretch not in _stretches(queryset, path) or (stretch == "valued") == (text is None):
            raise ValueError("no such stretch")
        value = None if text is None else _field(queryset, path).to_python(text)
        return _Edge(stretch, value, queryset.model._meta.pk.to_python(key), way)
    except (ValueError, TypeError, AttributeError, binascii.Error, ValidationError) as error:
        raise DomainError(
            "bad_cursor",
            _("This address names a page that this list does not have."),
            mend=_("Open the list again from its first page."),
        ) from error


def _relations(model: type[Model], path: str) -> list[Any]:
    """The relations that lead to the column at the end of `path`."""
    found = []
    for name in path.split(LOOKUP_SEP)[:-1]:
        relation = model._meta.get_field(name)
        related = relation.related_model
        if related is None or isinstance(related, str):
            raise FieldDoesNotExist(path)
        found.append(relation)
        model = related
    return found


def _field(queryset: QuerySet[Row], path: str) -> Field[Any, Any]:
    """The column at the end of `path`, or what an annotation gives."""
    annotation = queryset.query.annotations.get(path)
    if annotation is not None:
        return annotation.output_field
    relations = _relations(queryset.model, path)
    model: Any = relations[-1].related_model if relations else queryset.model
    field = model._meta.get_field(path.rpartition(LOOKUP_SEP)[2])
    if not isinstance(field, Field):
        raise FieldDoesNotExist(path)
    return field


def _tie(model: type[Model], path: str) -> str:
    """The key that breaks ties: the related row's own where it has just one of ours, so that one index serves both."""
    relations = _relations(model, path)
    if relations and all(relation.one_to_one for relation in relations):
        return path.rpartition(LOOKUP_SEP)[0] + LOOKUP_SEP + "pk"
    return "pk"


def _is_nullable(queryset: QuerySet[Row], path: str) -> bool:
    return path in queryset.query.annotations or bool(_field(queryset, path).null)


def _stretches(queryset: QuerySet[Row], path: str) -> list[Stretch]:
    """The stretches that a list sorted by `path` may have, in order."""
    found: list[Stretch] = ["valued"]
    if _is_nullable(queryset, path):
        found.append("empty")
    if _relations(queryset.model, path):
        found.append("missing")
    return found
