"""Ends of memberships, consent per channel, and the accounts a customer acts for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.customers.enums import Channel, ContactRole
from retention.customers.selectors.terms_sql import called_off, paid_term
from retention.scoring.enums import HealthBand
from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields.base import Choices, Field, Label, Param, Source
from retention.segments.fields.ends import End, ends_sql, register
from retention.segments.fields.sql import HAPPENED, RUN

_HELD = "NOT m.withdrawn AND m.since <= %(as_of)s::date AND (m.ends_on IS NULL OR m.ends_on >= %(as_of)s::date)"
ACTS = "NOT ct.withdrawn AND (ct.ended_on IS NULL OR ct.ended_on > %(as_of)s::date)"
"""Contact `ct` acts for its account on the day. When that began is not told."""
_SINCE_JOINED = "(a.joined_at IS NULL OR a.consultant_since > (a.joined_at AT TIME ZONE %(zone)s)::date)"

register(
    End(
        "memberships",
        f"""
    SELECT m.customer_id, m.ends_on, m.auto_renew IS FALSE OR {called_off("m")} AS switched_off
    FROM customers_membership m
    WHERE {_HELD} AND m.ends_on IS NOT NULL AND {paid_term("m")} AND NOT EXISTS (
        SELECT 1 FROM customers_membership n
        WHERE n.customer_id = m.customer_id AND {paid_term("n")} AND n.since > m.since
          AND (n.ends_on IS NULL OR n.ends_on > m.ends_on)
    )""",  # noqa: S608
    )
)
ENDING = Source("ending_term", ends_sql)
_SAID = "k.channel = %(channel)s AND k.purpose = 'marketing' AND k.occurred_at < %(moment)s"


def _consent_of_one(key: str) -> str:
    """LIMIT 1 makes the server look up each customer, where it would else work everybody's out and join them."""
    return f"""
    SELECT k.customer_id, k.granted FROM customers_consententry k
    WHERE k.customer_id = {key} AND {_SAID} ORDER BY k.occurred_at DESC, k.id DESC LIMIT 1"""  # noqa: S608


CONSENT = Source(
    "consent",
    f"""
    SELECT DISTINCT ON (k.customer_id) k.customer_id, k.granted FROM customers_consententry k
    WHERE {_SAID} ORDER BY k.customer_id, k.occurred_at DESC, k.id DESC""",  # noqa: S608
    (Param("channel", _("channel"), "choice", default="email", choices=dict(Channel.choices)),),
    of_one=_consent_of_one,
)
REFUSED = "EXISTS (SELECT 1 FROM customers_preference f WHERE f.customer_id = c.id AND NOT f.personalised)"
ROLE = Source(
    "contact_role",
    f"""
    SELECT DISTINCT ct.customer_id FROM customers_contact ct WHERE {ACTS} AND ct.role = %(role)s""",  # noqa: S608
    (Param("role", _("role"), "choice", default="decision_maker", choices=dict(ContactRole.choices)),),
)
ACCOUNTS = Source(
    "accounts",
    f"""
    SELECT ct.customer_id, count(DISTINCT ct.account_id) AS held,
           CASE WHEN bool_or(s.health_band = 'risk') THEN 'risk' WHEN bool_or(s.health_band = 'watch') THEN 'watch'
                WHEN bool_or(s.health_band = 'healthy') THEN 'healthy' END AS band,
           min(s.health) AS health
    FROM customers_contact ct
    LEFT JOIN scoring_accountscore s ON s.account_id = ct.account_id AND s.run_id = {RUN}
    WHERE {ACTS} GROUP BY ct.customer_id""",  # noqa: S608
)
CONSULTANT = Source(
    "consultant_changed",
    f"""
    SELECT t.customer_id, max(t.changed_on) AS changed_on FROM (
        SELECT ct.customer_id, a.consultant_since AS changed_on
        FROM customers_contact ct JOIN customers_account a ON a.id = ct.account_id
        WHERE {ACTS} AND a.consultant_since <= %(as_of)s::date AND {_SINCE_JOINED}
        UNION ALL
        SELECT ct.customer_id, e.occurred_on
        FROM customers_event e JOIN customers_contact ct ON ct.account_id = e.account_id
        WHERE {HAPPENED} AND {ACTS} AND e.name = 'consultant_changed'
          AND coalesce(e.properties->>'role', 'consultant') = 'consultant'
        UNION ALL
        SELECT e.customer_id, e.occurred_on FROM customers_event e
        WHERE {HAPPENED} AND e.name = 'consultant_changed' AND e.customer_id IS NOT NULL
          AND coalesce(e.properties->>'role', 'consultant') = 'consultant'
    ) t GROUP BY t.customer_id""",  # noqa: S608
)


def _segments() -> dict[str, Label]:
    """The living segments. Read from the database: this module is loaded before the models' names are."""
    from retention.segments.models import Segment

    return {segment.code: segment.title for segment in Segment.objects.filter(archived_at=None)}


IN_SEGMENT = Source(
    "in_segment",
    """
    SELECT m.customer_id FROM segments_segmentmembership m
    JOIN segments_segment g ON g.id = m.segment_id AND g.code = %(segment)s
    WHERE m.entered_on <= %(as_of)s::date AND (m.left_on IS NULL OR m.left_on > %(as_of)s::date)""",
    (Param("segment", _("segment"), "choice", choices=_segments),),
)
_NUMBER, _BOOLEAN, _CHOICE = FieldType.NUMBER, FieldType.BOOLEAN, FieldType.CHOICE


def _held(
    code: str,
    label: Label,
    kind: FieldType,
    source: Source,
    sql: str,
    choices: Choices | None = None,
    unit: Label = "",
) -> Field:
    return Field(code, label, kind, sql, FieldGroup.RELATION, source, choices=choices or {}, unit=unit)


FIELDS = (
    _held("in_segment", _("in segment “{segment}”"), _BOOLEAN, IN_SEGMENT, "{s}.customer_id IS NOT NULL"),
    _held(
        "membership_ends_in",
        _("days until the contract or paid membership ends, not renewed"),
        _NUMBER,
        ENDING,
        "{s}.ends_on - %(as_of)s::date",
        unit=_("days"),
    ),
    _held("term_ends_on", _("end of the contract or paid membership"), FieldType.DATE, ENDING, "{s}.ends_on"),
    _held("auto_renew_off", _("auto-renewal is switched off"), _BOOLEAN, ENDING, "COALESCE({s}.switched_off, FALSE)"),
    _held(
        "reachable",
        _("reachable by {channel}"),
        _BOOLEAN,
        CONSENT,
        "(COALESCE({s}.granted, FALSE) AND CASE %(channel)s WHEN 'email' THEN c.email <> ''"
        f" WHEN 'sms' THEN c.phone <> '' WHEN 'call' THEN c.phone <> '' ELSE TRUE END AND NOT {REFUSED})",
    ),
    _held("account_role", _("acts as {role} for an account"), _BOOLEAN, ROLE, "{s}.customer_id IS NOT NULL"),
    _held("accounts", _("accounts the customer acts for"), _NUMBER, ACCOUNTS, "COALESCE({s}.held, 0)"),
    _held("account_health", _("lowest health of an account"), _NUMBER, ACCOUNTS, "{s}.health"),
    _held(
        "account_health_band",
        _("lowest health band of an account"),
        _CHOICE,
        ACCOUNTS,
        "{s}.band",
        dict(HealthBand.choices),
    ),
    _held(
        "consultant_changed_days",
        _("days since the consultant changed"),
        _NUMBER,
        CONSULTANT,
        "%(as_of)s::date - {s}.changed_on",
        unit=_("days"),
    ),
)
