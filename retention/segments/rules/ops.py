"""The questions that may be asked of a value, by its type. NULL answers none of them but *known* and *not known*.

A list holds texts, each once; one that holds nothing is empty and never NULL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from retention.segments.enums import FieldType

OR, AND = _(" or "), _(" and ")
Arity = Literal["none", "one", "two", "many"]


@dataclass(frozen=True)
class Op:
    """A comparison. In `sql` ``{x}`` is the field, ``{v}`` and ``{w}`` are bound values.

    `phrase` is the sentence, `label` the word in the builder. `operand` is the type of its values when that is not
    the field's: dates may be asked by days.
    """

    code: str
    arity: Arity
    sql: str
    phrase: Promise
    label: Promise
    operand: FieldType | None = None
    joined: Promise = OR
    """What stands between several values."""


KNOWN = Op("known", "none", "{x} IS NOT NULL", _("{field} is known"), _("is known"))
UNKNOWN = Op("unknown", "none", "{x} IS NULL", _("{field} is not known"), _("is not known"))
DAYS = FieldType.NUMBER

_ALL: dict[FieldType, tuple[Op, ...]] = {
    FieldType.NUMBER: (
        Op("ge", "one", "{x} >= {v}", _("{field} is at least {v}"), _("at least")),
        Op("gt", "one", "{x} > {v}", _("{field} is more than {v}"), _("more than")),
        Op("le", "one", "{x} <= {v}", _("{field} is at most {v}"), _("at most")),
        Op("lt", "one", "{x} < {v}", _("{field} is less than {v}"), _("less than")),
        Op("eq", "one", "{x} = {v}", _("{field} is {v}"), _("is")),
        Op("ne", "one", "{x} <> {v}", _("{field} is known and not {v}"), _("is not")),
        Op("between", "two", "{x} BETWEEN {v} AND {w}", _("{field} is from {v} to {w}"), _("from … to")),
        KNOWN,
        UNKNOWN,
    ),
    FieldType.TEXT: (
        Op("eq", "one", "{x} = {v}", _("{field} is “{v}”"), _("is")),
        Op("ne", "one", "{x} <> {v}", _("{field} is known and not “{v}”"), _("is not")),
        Op("contains", "one", "strpos(lower({x}), lower({v})) > 0", _("{field} contains “{v}”"), _("contains")),
        Op("starts", "one", "starts_with({x}, {v})", _("{field} starts with “{v}”"), _("starts with")),
        Op("in", "many", "{x} = ANY({v})", _("{field} is one of {v}"), _("is one of")),
        KNOWN,
        UNKNOWN,
    ),
    FieldType.DATE: (
        Op("on", "one", "{x} = {v}", _("{field} is on {v}"), _("on")),
        Op("before", "one", "{x} < {v}", _("{field} is before {v}"), _("before")),
        Op("after", "one", "{x} > {v}", _("{field} is after {v}"), _("after")),
        Op("between", "two", "{x} BETWEEN {v} AND {w}", _("{field} is from {v} to {w}"), _("from … to")),
        Op(
            "last_days",
            "one",
            "{x} > %(as_of)s::date - {v} AND {x} <= %(as_of)s::date",
            _("{field} is within the last {v} days"),
            _("within the last … days"),
            DAYS,
        ),
        Op(
            "next_days",
            "one",
            "{x} >= %(as_of)s::date AND {x} <= %(as_of)s::date + {v}",
            _("{field} is within {v} days from then"),
            _("within the next … days"),
            DAYS,
        ),
        KNOWN,
        UNKNOWN,
    ),
    FieldType.CHOICE: (
        Op("in", "many", "{x} = ANY({v})", _("{field} is {v}"), _("is one of")),
        Op("not_in", "many", "{x} <> ALL({v})", _("{field} is known and not {v}"), _("is none of")),
        KNOWN,
        UNKNOWN,
    ),
    FieldType.BOOLEAN: (
        Op("is", "one", "{x} = {v}", _("{field}: {v}"), _("is")),
        KNOWN,
        UNKNOWN,
    ),
    FieldType.LIST: (
        Op("any", "many", "{x} && {v}", _("{field} has {v}"), _("has any of")),
        Op("all", "many", "{x} @> {v}", _("{field} has {v}"), _("has all of"), joined=AND),
        Op("none", "many", "NOT {x} && {v}", _("{field} has not {v}"), _("has none of")),
        Op("empty", "none", "cardinality({x}) = 0", _("{field} is empty"), _("is empty")),
        Op("filled", "none", "cardinality({x}) > 0", _("{field} is not empty"), _("is not empty")),
    ),
}

OPS: dict[FieldType, dict[str, Op]] = {kind: {op.code: op for op in ops} for kind, ops in _ALL.items()}
