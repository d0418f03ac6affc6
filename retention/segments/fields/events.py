"""Events by name and by what they say: how often, with which values, how long ago."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields.base import Field, Label, Param, Source
from retention.segments.fields.behaviour import BEHAVIOUR, DAYS, EVENT
from retention.segments.fields.sql import HAPPENED, behaves, number

PROPERTY = Param("property", _("property"), "text")
VALUE = Param("value", _("value of the property"), "text")
_SAID = "(e.properties ->> %(property)s)"

WHERE = Source(
    "events_where",
    f"""
    SELECT e.customer_id, count(*) AS events, count(DISTINCT e.occurred_on) AS days
    FROM customers_event e
    WHERE {HAPPENED} AND e.name = %(event)s AND {_SAID} = %(value)s
      AND e.occurred_on > %(as_of)s::date - %(days)s::int
    GROUP BY e.customer_id""",  # noqa: S608
    (EVENT, PROPERTY, VALUE, DAYS),
)
SUMS = Source(
    "event_sums",
    f"""
    SELECT e.customer_id, sum({number(_SAID)}) AS total, max({number(_SAID)}) AS largest
    FROM customers_event e
    WHERE {HAPPENED} AND e.name = %(event)s AND e.occurred_on > %(as_of)s::date - %(days)s::int
    GROUP BY e.customer_id""",  # noqa: S608
    (EVENT, PROPERTY, DAYS),
)
ENDS = Source(
    "event_ends",
    f"""
    SELECT e.customer_id, min(e.occurred_on) AS first_on, max(e.occurred_on) AS last_on
    FROM customers_event e WHERE {HAPPENED} AND e.name = %(event)s
    GROUP BY e.customer_id""",  # noqa: S608
    (EVENT,),
)
LATEST = Source(
    "event_latest",
    f"""
    SELECT DISTINCT ON (e.customer_id) e.customer_id, {_SAID} AS said
    FROM customers_event e WHERE {HAPPENED} AND e.name = %(event)s
    ORDER BY e.customer_id, e.occurred_at DESC, e.id DESC""",  # noqa: S608
    (EVENT, PROPERTY),
)
BEHAVED = Source(
    "behaviour_ends",
    f"""
    SELECT e.customer_id, max(e.occurred_on) AS last_on
    FROM customers_event e WHERE {HAPPENED} AND {behaves("%(behaviour)s")}
    GROUP BY e.customer_id""",  # noqa: S608
    (BEHAVIOUR,),
)


def _did(code: str, label: Label, source: Source, sql: str, unit: Label = "") -> Field:
    return Field(code, label, FieldType.NUMBER, sql, FieldGroup.BEHAVIOUR, source, unit=unit)


_DAYS = _("days")
FIELDS = (
    _did(
        "events_where",
        _("“{event}” with {property} = “{value}” in {days} days"),
        WHERE,
        "COALESCE({s}.events, 0)",
    ),
    _did(
        "event_days_where",
        _("days with “{event}” with {property} = “{value}” in {days} days"),
        WHERE,
        "COALESCE({s}.days, 0)",
    ),
    _did("event_sum", _("sum of {property} of “{event}” in {days} days"), SUMS, "{s}.total"),
    _did("event_largest", _("largest {property} of “{event}” in {days} days"), SUMS, "{s}.largest"),
    Field(
        "event_latest",
        _("{property} of the latest “{event}”"),
        FieldType.TEXT,
        "{s}.said",
        FieldGroup.BEHAVIOUR,
        LATEST,
    ),
    _did("days_since_event", _("days since the latest “{event}”"), ENDS, "%(as_of)s::date - {s}.last_on", _DAYS),
    _did("days_since_first_event", _("days since the first “{event}”"), ENDS, "%(as_of)s::date - {s}.first_on", _DAYS),
    _did(
        "days_since_behaviour", _("days since the latest {behaviour}"), BEHAVED, "%(as_of)s::date - {s}.last_on", _DAYS
    ),
)
