"""Low score and away: who gave an NPS score under 6 and has not logged in for over 7 days, at the moment of entry.

An instant rule, so it counts in hours: a customer enters at the later of the first low answer since a better one and
the moment at which the last log-in is 7 × 24 hours old. Who never logged in is not away. As of a day it finds those
who entered on that day and were still in at its end; every minute it finds those who entered lately and are in now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.alerts.detectors.base import Detector, Evidence, Finding, Subject, register, whole
from retention.alerts.detectors.lists import the_customer
from retention.alerts.enums import Level, SubjectKind
from retention.common import formats
from retention.customers.selectors.state_sql import WHO_COUNTS
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.segments.fields.sql import number
from tenants.people.enums import RoleName

CODE = "nps_low_away"
RULE, LIMITS = "segments.nps_low_away", "monitors.nps_low_away"
_SCORE = number("(e.properties ->> 'score')")


@dataclass(frozen=True)
class Entry:
    """A customer who is in: what they answered when, when they were last here, and since when both are true."""

    customer: int
    public_id: UUID
    score: Decimal
    answered_at: datetime
    last_login_at: datetime
    entered_at: datetime


def look(moment: Moment, rules: Rules) -> list[Finding]:
    """The customers who entered on the day, in order of entry."""
    found = gather(moment, rules, since=_midnight(moment), until=moment.ends_at)
    return judge(found, moment, rules)


def look_now(now: datetime, zone: str, rules: Rules) -> list[Finding]:
    """The customers who entered lately and are in now."""
    moment = Moment(now.astimezone(ZoneInfo(zone)).date(), zone)
    fresh = timedelta(hours=rules.table(LIMITS)["fresh_hours"])
    return judge(gather(moment, rules, since=now - fresh, until=now), moment, rules)


def gather(moment: Moment, rules: Rules, *, since: datetime, until: datetime) -> list[Entry]:
    """Who entered from `since` on and before `until`, and is in at `until`; in order of entry."""
    limits = rules.table(RULE)
    params = {
        **moment.params,
        "since": since,
        "until": until,
        "below": limits["below"],
        "age": int(limits["age"]),
        "gap": timedelta(days=limits["gap"]),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH answers AS MATERIALIZED (
                SELECT e.customer_id, e.id, e.occurred_at, {_SCORE} AS score
                FROM customers_event e
                WHERE {moment.events()} AND e.name = 'nps_answered' AND e.occurred_at < %(until)s
                  AND e.occurred_on >= %(as_of)s::date - %(age)s::int
            ), latest AS (
                SELECT DISTINCT ON (customer_id) customer_id, occurred_at, score
                FROM answers ORDER BY customer_id, occurred_at DESC, id DESC
            ), low AS (
                SELECT l.customer_id, l.score, l.occurred_at AS answered_at, (
                    SELECT min(a.occurred_at) FROM answers a
                    WHERE a.customer_id = l.customer_id AND a.occurred_at > coalesce((
                        SELECT max(h.occurred_at) FROM answers h
                        WHERE h.customer_id = l.customer_id AND (h.score < %(below)s) IS NOT TRUE), '-infinity')
                ) AS low_since
                FROM latest l WHERE l.score < %(below)s
            ), away AS (
                SELECT low.*, v.occurred_at AS last_login_at,
                       greatest(low.low_since, v.occurred_at + %(gap)s) AS entered_at
                FROM low CROSS JOIN LATERAL (
                    SELECT e.occurred_at FROM customers_event e
                    JOIN customers_eventbehaviour b ON b.name = e.name AND b.behaviour = 'log_in'
                    WHERE e.customer_id = low.customer_id AND {moment.events()} AND e.occurred_at < %(until)s
                    ORDER BY e.occurred_at DESC LIMIT 1
                ) v
            )
            SELECT w.customer_id, c.public_id, w.score, w.answered_at, w.last_login_at, w.entered_at
            FROM away w JOIN customers_customer c ON c.id = w.customer_id
            WHERE {WHO_COUNTS} AND w.entered_at >= %(since)s AND w.entered_at < %(until)s
            ORDER BY w.entered_at, w.customer_id""",
            params,
        )
        return [Entry(*row) for row in cursor.fetchall()]


def judge(entries: Sequence[Entry], moment: Moment, rules: Rules) -> list[Finding]:
    """A finding for each entry: no clock, no database."""
    below = rules.table(RULE)["below"]
    return [
        Finding(
            CODE,
            moment.as_of,
            fired=True,
            value=float(entry.score),
            threshold=below,
            sample=1,
            subject=Subject(SubjectKind.CUSTOMER, entry.customer, str(entry.public_id)),
            affected=1,
            evidence={
                "score": float(entry.score),
                "answered_on": _local(entry.answered_at, moment.zone).isoformat(),
                "last_login_on": _local(entry.last_login_at, moment.zone).isoformat(),
                "entered_at": entry.entered_at.isoformat(),
                "away": (entry.entered_at - entry.last_login_at).days,
            },
        )
        for entry in entries
    ]


def sentence(evidence: Evidence) -> str:
    """What they answered, and since when they are away."""
    return _("They gave a score of %(score)s on %(answered)s and last logged in on %(login)s.") % {
        "score": formats.number(whole(evidence["score"])),
        "answered": formats.day(date.fromisoformat(str(evidence["answered_on"]))),
        "login": formats.day(date.fromisoformat(str(evidence["last_login_on"]))),
    }


def _local(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def _midnight(moment: Moment) -> datetime:
    """The first instant of the day."""
    return datetime.combine(moment.as_of, datetime.min.time(), tzinfo=ZoneInfo(moment.zone))


register(
    Detector(
        CODE,
        gettext_lazy("Low score and away"),
        gettext_lazy("A customer gave a low NPS score and does not log in any more."),
        "count",
        look,
        sentence,
        urgency=Level.HIGH,
        owner_role=RoleName.SUPPORT,
        feeds=("log_in",),
        policies=(RULE, LIMITS),
        per_customer=True,
        affected_url=the_customer,
        order=60,
    )
)
