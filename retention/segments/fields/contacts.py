"""Who was contacted how often, and what they agreed to. Preferences are as they are now; the rest is as of the day."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.customers.enums import Channel, Purpose
from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields.base import Field, Param, Source

DAYS = Param("days", _("days"), "integer", default=30, minimum=1)
ANY_CHANNEL = Param(
    "channel", _("channel"), "choice", default="any", choices={"any": _("any channel"), **dict(Channel.choices)}
)
CHANNEL = Param("channel", _("channel"), "choice", default="email", choices=dict(Channel.choices))
PURPOSE = Param("purpose", _("purpose"), "choice", default="marketing", choices=dict(Purpose.choices))
_MADE = (
    "NOT t.reserved AND t.occurred_at < %(moment)s::timestamptz"
    " AND (%(channel)s::text = 'any' OR t.channel = %(channel)s)"
)

TOUCHES = Source(
    "touches",
    f"""
    SELECT t.customer_id, count(*) AS made, count(*) FILTER (WHERE t.two_way) AS answered
    FROM customers_touch t
    WHERE {_MADE} AND t.occurred_at >= %(moment)s::timestamptz - make_interval(days => %(days)s::int)
    GROUP BY t.customer_id""",  # noqa: S608
    (ANY_CHANNEL, DAYS),
)
LAST_TOUCH = Source(
    "last_touch",
    f"""
    SELECT t.customer_id, max((t.occurred_at AT TIME ZONE %(zone)s)::date) AS made_on
    FROM customers_touch t WHERE {_MADE} GROUP BY t.customer_id""",  # noqa: S608
    (ANY_CHANNEL,),
)
SAID = Source(
    "consent_said",
    """
    SELECT DISTINCT ON (k.customer_id) k.customer_id, k.granted,
           (k.occurred_at AT TIME ZONE %(zone)s)::date AS said_on
    FROM customers_consententry k
    WHERE k.channel = %(channel)s AND k.purpose = %(purpose)s AND k.occurred_at < %(moment)s::timestamptz
    ORDER BY k.customer_id, k.occurred_at DESC, k.id DESC""",
    (CHANNEL, PURPOSE),
)
CHOSEN = Source("preference", "SELECT f.customer_id, f.personalised FROM customers_preference f")
_N, _B, _G = FieldType.NUMBER, FieldType.BOOLEAN, FieldGroup.CAMPAIGN
FIELDS = (
    Field(
        "contacted",
        _("times contacted by {channel} in {days} days"),
        _N,
        "COALESCE({s}.made, 0)",
        _G,
        TOUCHES,
        help=_("Every contact of marketing, success and support."),
    ),
    Field(
        "contact_answered",
        _("contacts by {channel} answered in {days} days"),
        _N,
        "COALESCE({s}.answered, 0)",
        _G,
        TOUCHES,
    ),
    Field(
        "days_since_contact",
        _("days since the last contact by {channel}"),
        _N,
        "%(as_of)s::date - {s}.made_on",
        _G,
        LAST_TOUCH,
        unit=_("days"),
    ),
    Field("consent", _("agreed to {purpose} by {channel}"), _B, "{s}.granted", _G, SAID),
    Field(
        "consent_days",
        _("days since the last word on {purpose} by {channel}"),
        _N,
        "%(as_of)s::date - {s}.said_on",
        _G,
        SAID,
        unit=_("days"),
    ),
    Field(
        "refused_all",
        _("refused personal messages as a whole"),
        _B,
        "COALESCE(NOT {s}.personalised, FALSE)",
        _G,
        CHOSEN,
    ),
)
