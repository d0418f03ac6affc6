"""What rules may ask of feedback: topics, intents, tone, what is still open, and the answers to a survey."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from feedback.enums import Intent
from feedback.models import Survey, Topic
from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields import Field, Label, Param, Source, register
from retention.segments.fields.service import REASON

DAYS = Param("days", _("days"), "integer", default=90, minimum=1)


def topics() -> Mapping[str, Label]:
    """Kinds and leaves, each leaf under its kind."""
    rows = Topic.objects.filter(retired_at=None).select_related("parent")
    named = {topic.code: f"{topic.parent} · {topic}" if topic.parent else str(topic) for topic in rows}
    return dict(sorted(named.items()))


def surveys() -> Mapping[str, Label]:
    """The surveys by their public ids: a name may change."""
    return {str(survey.public_id): survey.name for survey in Survey.objects.all()}


PLACE = Param(
    "place",
    _("which topics"),
    "choice",
    default="main",
    choices={"main": _("main topic"), "all": _("any of its topics")},
)
SURVEY = Param("survey", _("survey"), "choice", choices=surveys)
_SAID = (
    "NOT f.withdrawn AND f.status <> 'duplicate' AND f.customer_id IS NOT NULL"
    " AND f.received_at < %(moment)s::timestamptz"
)
_LATELY = f"{_SAID} AND f.received_at >= %(moment)s::timestamptz - make_interval(days => %(days)s::int)"
_OPEN = (
    "(f.answered_at IS NULL OR f.answered_at >= %(moment)s::timestamptz)"
    " AND (f.closed_at IS NULL OR f.closed_at >= %(moment)s::timestamptz)"
)

SAID = Source(
    "feedback_said",
    f"""
    SELECT f.customer_id, count(*) AS items, count(*) FILTER (WHERE f.severe) AS severe,
           avg(f.sentiment) AS sentiment, min(f.sentiment) AS worst,
           array_agg(DISTINCT f.intent::text) FILTER (WHERE f.intent <> '') AS intents
    FROM feedback_feedbackitem f WHERE {_LATELY} GROUP BY f.customer_id""",
    (DAYS,),
)
TOPICS = Source(
    "feedback_topics",
    f"""
    SELECT f.customer_id, array_agg(DISTINCT n.code) AS codes
    FROM feedback_feedbackitem f
    JOIN feedback_tag g ON g.item_id = f.id AND (g.place = 0 OR %(place)s::text = 'all')
    JOIN feedback_topic o ON o.id = g.topic_id
    CROSS JOIN LATERAL (VALUES (o.code::text), (split_part(o.code, '.', 1))) AS n (code)
    WHERE {_LATELY} GROUP BY f.customer_id""",
    (PLACE, DAYS),
)
STANDING = Source(
    "feedback_standing",
    f"""
    SELECT f.customer_id, count(*) FILTER (WHERE {_OPEN}) AS open,
           max((f.received_at AT TIME ZONE %(zone)s)::date) AS last_on
    FROM feedback_feedbackitem f WHERE {_SAID} GROUP BY f.customer_id""",
)
ANSWER = Source(
    "survey_answer",
    """
    SELECT DISTINCT ON (w.customer_id) w.customer_id, w.score, NULLIF(w.comment, '') AS comment,
           (w.answered_at AT TIME ZONE %(zone)s)::date AS answered_on
    FROM feedback_surveyresponse w
    JOIN feedback_survey v ON v.id = w.survey_id AND v.public_id::text = %(survey)s
    WHERE NOT w.withdrawn AND w.customer_id IS NOT NULL AND w.answered_at < %(moment)s::timestamptz
    ORDER BY w.customer_id, w.answered_at DESC, w.id DESC""",
    (SURVEY,),
)
_N, _L, _G = FieldType.NUMBER, FieldType.LIST, FieldGroup.SERVICE
register(
    Field("feedback_items", _("times the customer spoke up in {days} days"), _N, "COALESCE({s}.items, 0)", _G, SAID),
    Field(
        "feedback_topics",
        _("{place} of feedback in {days} days"),
        _L,
        "COALESCE({s}.codes, ARRAY[]::text[])",
        _G,
        TOPICS,
        choices=topics,
        help=_("A kind, such as Service gap, holds all of its topics."),
    ),
    Field(
        "feedback_intents",
        _("intents of feedback in {days} days"),
        _L,
        "COALESCE({s}.intents, ARRAY[]::text[])",
        _G,
        SAID,
        choices=dict(Intent.choices),
    ),
    Field(
        "feedback_sentiment", _("mean sentiment of feedback in {days} days (−1 to 1)"), _N, "{s}.sentiment", _G, SAID
    ),
    Field("feedback_worst", _("lowest sentiment of feedback in {days} days (−1 to 1)"), _N, "{s}.worst", _G, SAID),
    Field("feedback_severe", _("severe feedback in {days} days"), _N, "COALESCE({s}.severe, 0)", _G, SAID),
    Field("feedback_open", _("feedback without an answer"), _N, "COALESCE({s}.open, 0)", _G, STANDING),
    Field(
        "feedback_age",
        _("days since the latest feedback"),
        _N,
        "%(as_of)s::date - {s}.last_on",
        _G,
        STANDING,
        unit=_("days"),
    ),
    Field(
        "churn_reason_topic",
        _("latest churn reason in detail"),
        FieldType.CHOICE,
        "{s}.leaf",
        _G,
        REASON,
        choices=topics,
    ),
    Field("survey_score", _("latest score in survey “{survey}”"), _N, "{s}.score", _G, ANSWER),
    Field("survey_comment", _("latest comment in survey “{survey}”"), FieldType.TEXT, "{s}.comment", _G, ANSWER),
    Field(
        "survey_age",
        _("days since the latest answer to survey “{survey}”"),
        _N,
        "%(as_of)s::date - {s}.answered_on",
        _G,
        ANSWER,
        unit=_("days"),
    ),
)
