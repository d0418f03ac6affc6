"""Pieces of SQL that several sources share."""

from __future__ import annotations

from retention.common.number_sql import number_or_null
from retention.scoring.moment import EPOCH, Moment

PURCHASE = (
    "o.superseded_at IS NULL AND NOT o.withdrawn AND o.status = 'paid' AND o.amount >= 0"
    " AND NOT (o.refunded > 0 AND o.refunded >= o.amount) AND o.ordered_on <= %(as_of)s::date"
)
"""A paid order, not a return and not wholly refunded, up to the day."""

PAID = "o.superseded_at IS NULL AND NOT o.withdrawn AND o.status = 'paid' AND o.ordered_on <= %(as_of)s::date"
"""Whatever moved money up to the day, returns too."""

HAPPENED = "e.superseded_at IS NULL AND NOT e.withdrawn AND e.occurred_on <= %(as_of)s::date"
"""An event in force up to the day."""

RUN = (
    "(SELECT r.id FROM scoring_scorerun r WHERE r.as_of = %(as_of)s::date AND r.status = 'done' AND r.kind = 'full'"
    " AND (r.is_current OR r.known_at IS NULL AND r.policy_at IS NULL) ORDER BY r.is_current DESC, r.id DESC LIMIT 1)"
)
"""The finished run of the day; the one in force first. What a what-if says is nobody's score."""

IN_RULES = Moment(EPOCH, "")
"""The moment with which to ask other floors for SQL: the day and its end are bound when a rule is counted."""


def told_in_rules(sql: str) -> str:
    """`sql`, asked for with IN_RULES, in the names that a source may use."""
    return sql.replace("%(ends_at)s", "%(moment)s::timestamptz").replace("%(as_of)s", "%(as_of)s::date")


def behaves(behaviour: str) -> str:
    """The condition that event `e` is mapped to `behaviour`: a bound parameter's name or a quoted word."""
    return f"e.name IN (SELECT b.name FROM customers_eventbehaviour b WHERE b.behaviour = {behaviour})"  # noqa: S608


def number(text: str) -> str:
    """`text` as a number, NULL when it is none: traits and properties hold whatever was sent."""
    return number_or_null(text, "numeric")


def yes(text: str) -> str:
    """Whether `text` says yes: properties come from many systems."""
    return f"lower(COALESCE({text}, '')) IN ('true', '1', 'yes')"


def day(text: str) -> str:
    """`text` as a date when it begins with a real one, else NULL: PostgreSQL 15 can't try a cast."""
    found = f"((left({text}, 8) || '01')::date + (substr({text}, 9, 2)::int - 1))"
    return (
        f"CASE WHEN {text} ~ '^[12][0-9]{{3}}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' THEN"
        f" CASE WHEN to_char({found}, 'MM') = substr({text}, 6, 2) THEN {found} END END"
    )
