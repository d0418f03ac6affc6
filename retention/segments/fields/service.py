"""What customers told us, as facts: scores given, complaints opened and closed, reasons for leaving.

Voice comes back as events: ``nps_answered`` {score}, ``complaint_opened`` {complaint_id, topic, severe},
``complaint_closed`` {complaint_id, resolved, rating}, ``churn_reason_given`` {reason, how, confidence}.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields.base import Field, Label, Param, Source
from retention.segments.fields.behaviour import LAST
from retention.segments.fields.sql import HAPPENED, number, yes

DAYS = Param("days", _("days"), "integer", default=30, minimum=1)
_CLOSED = """
        SELECT 1 FROM customers_event k
        WHERE k.customer_id = e.customer_id AND k.name = 'complaint_closed'
          AND k.superseded_at IS NULL AND NOT k.withdrawn AND k.occurred_on <= %(as_of)s::date
          AND k.occurred_at >= e.occurred_at
          AND k.properties ->> 'complaint_id' = COALESCE(e.properties ->> 'complaint_id', e.event_id)"""

NPS = Source(
    "nps_latest",
    f"""
    SELECT DISTINCT ON (e.customer_id) e.customer_id, e.occurred_on AS answered_on,
           {number("(e.properties ->> 'score')")} AS score
    FROM customers_event e
    WHERE {HAPPENED} AND e.name = 'nps_answered'
    ORDER BY e.customer_id, e.occurred_at DESC, e.id DESC""",  # noqa: S608
)
NPS_ANSWERS = Source(
    "nps_answers",
    f"""
    SELECT e.customer_id, count(*) AS answers, min({number("(e.properties ->> 'score')")}) AS lowest
    FROM customers_event e
    WHERE {HAPPENED} AND e.name = 'nps_answered' AND e.occurred_on > %(as_of)s::date - %(days)s::int
    GROUP BY e.customer_id""",  # noqa: S608
    (Param("days", _("days"), "integer", default=365, minimum=1),),
)
NPS_CHANGE = Source(
    "nps_change",
    f"""
    SELECT n.customer_id, max(n.score) FILTER (WHERE n.place = 1) - max(n.score) FILTER (WHERE n.place = 2) AS change
    FROM (
        SELECT e.customer_id, {number("(e.properties ->> 'score')")} AS score,
               row_number() OVER (PARTITION BY e.customer_id ORDER BY e.occurred_at DESC, e.id DESC) AS place
        FROM customers_event e WHERE {HAPPENED} AND e.name = 'nps_answered'
    ) n WHERE n.place <= 2 GROUP BY n.customer_id""",  # noqa: S608
)
COMPLAINTS = Source(
    "complaints",
    f"""
    SELECT e.customer_id, count(*) AS opened
    FROM customers_event e
    WHERE {HAPPENED} AND e.name = 'complaint_opened' AND e.occurred_on > %(as_of)s::date - %(days)s::int
    GROUP BY e.customer_id""",  # noqa: S608
    (DAYS,),
)
OPEN_COMPLAINTS = Source(
    "open_complaints",
    f"""
    SELECT e.customer_id, count(*) AS held, bool_or({yes("(e.properties ->> 'severe')")}) AS severe,
           extract(epoch FROM %(moment)s::timestamptz - min(e.occurred_at)) / 3600 AS hours
    FROM customers_event e
    WHERE {HAPPENED} AND e.name = 'complaint_opened' AND NOT EXISTS ({_CLOSED})
    GROUP BY e.customer_id""",  # noqa: S608
)
UNHEALED = Source(
    "unhealed_service_complaints",
    f"""
    SELECT e.customer_id, count(*) AS held
    FROM customers_event e
    JOIN ({LAST.sql}) t ON t.customer_id = e.customer_id
    WHERE {HAPPENED} AND e.name = 'complaint_opened'
      AND split_part(e.properties ->> 'topic', '.', 1) = 'service'
      AND e.occurred_on >= GREATEST(t.order_on, t.login_on) - %(before)s::int
      AND NOT EXISTS ({_CLOSED}
          AND {yes("(k.properties ->> 'resolved')")}
          AND {number("(k.properties ->> 'rating')")} >= 4)
    GROUP BY e.customer_id""",  # noqa: S608
    (Param("before", _("days before the last order or log-in"), "integer", default=60),),
)
REASON = Source(
    "churn_reason",
    f"""
    SELECT DISTINCT ON (e.customer_id) e.customer_id, split_part(e.properties ->> 'reason', '.', 1) AS reason,
           NULLIF(e.properties ->> 'reason', '') AS leaf, NULLIF(e.properties ->> 'how', '') AS how, e.occurred_on
    FROM customers_event e
    WHERE {HAPPENED} AND e.name = 'churn_reason_given' AND (
        e.properties ->> 'how' IN ('said', 'tagged')
        OR {number("(e.properties ->> 'confidence')")} >= %(confidence)s::numeric / 100
    )
    ORDER BY e.customer_id, e.occurred_at DESC, e.id DESC""",  # noqa: S608
    (Param("confidence", _("least confidence of an inferred one, in %"), "integer", default=70, maximum=100),),
)
REASONS = {
    "function": _("Missing or failing function"),
    "experience": _("Broken experience"),
    "service": _("Service gap"),
    "relationship": _("Broken relationship"),
    "price": _("Price"),
    "competition": _("Competition"),
    "moved": _("Moved on"),
}


def _voice(code: str, label: Label, source: Source, sql: str, unit: Label = "") -> Field:
    return Field(code, label, FieldType.NUMBER, sql, FieldGroup.SERVICE, source, unit=unit)


FIELDS = (
    _voice("nps_score", _("latest NPS score"), NPS, "{s}.score"),
    _voice("nps_age", _("days since the latest NPS answer"), NPS, "%(as_of)s::date - {s}.answered_on", _("days")),
    _voice("nps_answers", _("NPS answers in {days} days"), NPS_ANSWERS, "COALESCE({s}.answers, 0)"),
    _voice("nps_lowest", _("lowest NPS score in {days} days"), NPS_ANSWERS, "{s}.lowest"),
    _voice("nps_change", _("latest NPS score less the one before"), NPS_CHANGE, "{s}.change"),
    _voice("complaints", _("complaints in {days} days"), COMPLAINTS, "COALESCE({s}.opened, 0)"),
    _voice("open_complaints", _("open complaints"), OPEN_COMPLAINTS, "COALESCE({s}.held, 0)"),
    _voice("complaint_hours", _("hours the oldest open complaint waits"), OPEN_COMPLAINTS, "{s}.hours", _("hours")),
    Field(
        "severe_complaint",
        _("a severe complaint is open"),
        FieldType.BOOLEAN,
        "COALESCE({s}.severe, FALSE)",
        FieldGroup.SERVICE,
        OPEN_COMPLAINTS,
    ),
    _voice(
        "unhealed_service_complaints",
        _("service complaints since {before} days before the last order or log-in, not solved and rated 4 or 5"),
        UNHEALED,
        "COALESCE({s}.held, 0)",
    ),
    Field(
        "churn_reason",
        _("latest churn reason"),
        FieldType.CHOICE,
        "{s}.reason",
        FieldGroup.SERVICE,
        REASON,
        choices=REASONS,
    ),
    Field(
        "churn_reason_how",
        _("how the latest churn reason is known"),
        FieldType.CHOICE,
        "{s}.how",
        FieldGroup.SERVICE,
        REASON,
        choices={"said": _("said by the customer"), "tagged": _("tagged by a person"), "inferred": _("inferred")},
    ),
    _voice(
        "churn_reason_age",
        _("days since the latest churn reason"),
        REASON,
        "%(as_of)s::date - {s}.occurred_on",
        _("days"),
    ),
)
