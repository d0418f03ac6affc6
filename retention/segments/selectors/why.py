"""Why a customer is in a rule, or not: each condition with what it asks, what is so, and whether that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db import connection

from retention.customers.models import Customer
from retention.segments.rules.compile import Moment, compile_rule
from retention.segments.rules.parse import parse_rule
from retention.segments.rules.tree import AnyOf, Clause, Node, Not, clauses
from retention.segments.rules.words import Shown, field_words, phrase, value_words

Kind = Literal["all", "any", "not", "clause"]


@dataclass(frozen=True)
class Reason:
    """One part of the rule for one customer. Of a clause `text`, `subject` and `actual` are words for the reader."""

    kind: Kind
    holds: bool
    text: str = ""
    subject: str = ""
    actual: str = ""
    value: Shown = None
    parts: tuple[Reason, ...] = ()


def why(rule: object, customer: Customer, *, as_of: date) -> Reason:
    """The rule as a tree of what holds for `customer` as of the day, in one statement; raises RuleError."""
    node = parse_rule(rule)
    compiled = compile_rule(node, Moment.of(as_of))
    leaves = list(clauses(node))
    columns = [column for leaf in leaves for column in compiled.answers[leaf.place]]
    with connection.cursor() as cursor:
        cursor.execute(compiled.ask_one(", ".join(columns)), {**compiled.params, "customer": customer.pk})
        row = cursor.fetchone()
    found = {leaf.place: (row[2 * n], row[2 * n + 1]) for n, leaf in enumerate(leaves)}
    return _reason(node, found)


def _reason(node: Node, found: dict[str, tuple[Shown, bool]]) -> Reason:
    if isinstance(node, Clause):
        value, holds = found[node.place]
        return Reason("clause", holds, phrase(node), field_words(node), value_words(node, value), value)
    if isinstance(node, Not):
        part = _reason(node.part, found)
        return Reason("not", not part.holds, parts=(part,))
    parts = tuple(_reason(part, found) for part in node.parts)
    if isinstance(node, AnyOf):
        return Reason("any", any(part.holds for part in parts), parts=parts)
    return Reason("all", all(part.holds for part in parts), parts=parts)
