"""What was done and when: gaps, log-ins, events by name or meaning."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from retention.customers.enums import Behaviour
from retention.customers.models import EventBehaviour
from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields.base import Field, Label, Param, Source
from retention.segments.fields.sql import HAPPENED, PURCHASE, behaves

DAYS = Param("days", _("days"), "integer", default=30, minimum=1)
BEHAVIOUR = Param("behaviour", _("behaviour"), "choice", default="browse", choices=dict(Behaviour.choices))
_LOG_IN = behaves("'log_in'")


def event_names() -> Mapping[str, Label]:
    """The names that the behaviour map knows: suggestions, not a limit."""
    return {name: name for name in EventBehaviour.objects.values_list("name", flat=True)[:500]}


EVENT = Param("event", _("event"), "text", choices=event_names)

LAST = Source(
    "last_days",
    f"""
    SELECT t.customer_id,
        CASE WHEN t.last_order_on <= %(as_of)s::date THEN t.last_order_on
             WHEN t.first_order_on <= %(as_of)s::date THEN (
                 SELECT max(o.ordered_on) FROM customers_order o WHERE o.customer_id = t.customer_id AND {PURCHASE}
             ) END AS order_on,
        CASE WHEN t.last_login_on <= %(as_of)s::date THEN t.last_login_on
             WHEN t.first_login_on <= %(as_of)s::date THEN (
                 SELECT max(e.occurred_on) FROM customers_event e
                 WHERE e.customer_id = t.customer_id AND {HAPPENED} AND {_LOG_IN}
             ) END AS login_on
    FROM customers_customerstate t""",  # noqa: S608
)
LOGINS = Source(
    "login_days",
    f"""
    SELECT e.customer_id, count(DISTINCT e.occurred_on) AS days
    FROM customers_event e
    WHERE {HAPPENED} AND {_LOG_IN}
      AND e.occurred_on <= %(as_of)s::date - %(before)s::int
      AND e.occurred_on > %(as_of)s::date - %(before)s::int - %(days)s::int
    GROUP BY e.customer_id""",  # noqa: S608
    (DAYS, Param("before", _("ending days before"), "integer", default=0)),
)
LOGIN_PACE = Source(
    "login_pace",
    f"""
    SELECT e.customer_id,
           count(DISTINCT e.occurred_on) FILTER (WHERE e.occurred_on > %(as_of)s::date - 7) AS lately,
           count(DISTINCT e.occurred_on) FILTER (WHERE e.occurred_on <= %(as_of)s::date - 7) AS earlier
    FROM customers_event e
    WHERE {HAPPENED} AND {_LOG_IN} AND e.occurred_on > %(as_of)s::date - 35
    GROUP BY e.customer_id""",  # noqa: S608
)
EVENTS = Source(
    "events",
    f"""
    SELECT e.customer_id, count(*) AS events, count(DISTINCT e.occurred_on) AS days
    FROM customers_event e
    WHERE {HAPPENED} AND e.name = %(event)s AND e.occurred_on > %(as_of)s::date - %(days)s::int
    GROUP BY e.customer_id""",  # noqa: S608
    (EVENT, DAYS),
)
BEHAVIOURS = Source(
    "behaviours",
    f"""
    SELECT e.customer_id, count(*) AS events, count(DISTINCT e.occurred_on) AS days
    FROM customers_event e
    WHERE {HAPPENED} AND {behaves("%(behaviour)s")} AND e.occurred_on > %(as_of)s::date - %(days)s::int
    GROUP BY e.customer_id""",  # noqa: S608
    (BEHAVIOUR, DAYS),
)


def _did(code: str, label: Label, source: Source, sql: str, unit: Label = "") -> Field:
    return Field(code, label, FieldType.NUMBER, sql, FieldGroup.BEHAVIOUR, source, unit=unit)


_DAYS = _("days")
FIELDS = (
    _did("days_since_order", _("days since the last order"), LAST, "%(as_of)s::date - {s}.order_on", _DAYS),
    _did("login_gap", _("log-in gap"), LAST, "%(as_of)s::date - {s}.login_on", _DAYS),
    _did(
        "quiet_days",
        _("days with neither order nor log-in"),
        LAST,
        "%(as_of)s::date - GREATEST({s}.order_on, {s}.login_on)",
        _DAYS,
    ),
    _did(
        "login_days",
        _("days with a log-in in {days} days ending {before} days before"),
        LOGINS,
        "COALESCE({s}.days, 0)",
    ),
    _did(
        "login_pace",
        _("log-in days in 7 days ÷ a quarter of those in the 28 before"),
        LOGIN_PACE,
        "4.0 * {s}.lately / NULLIF({s}.earlier, 0)",
    ),
    _did("events", _("“{event}” in {days} days"), EVENTS, "COALESCE({s}.events, 0)"),
    _did("event_days", _("days with “{event}” in {days} days"), EVENTS, "COALESCE({s}.days, 0)"),
    _did("behaviour_events", _("{behaviour} in {days} days"), BEHAVIOURS, "COALESCE({s}.events, 0)"),
    _did("behaviour_days", _("days with {behaviour} in {days} days"), BEHAVIOURS, "COALESCE({s}.days, 0)"),
)
