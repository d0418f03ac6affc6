"""The other half of the NPS red alert: one very low score from somebody who counts, of high value or who decides.

Found within the minute, and as of a day. High value is what the latest run up to the day says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _

from retention.alerts.detectors.base import Evidence, Finding, Subject, whole
from retention.alerts.enums import SubjectKind
from retention.common import formats
from retention.customers.enums import ContactRole
from retention.customers.selectors.state_sql import WHO_COUNTS
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.segments.fields.sql import number

MONITOR, LIMITS, CAUSE = "nps_red", "monitors.nps_red", "single"
_SCORE = number("(e.properties ->> 'score')")


@dataclass(frozen=True)
class Low:
    """A very low score, and why it counts."""

    customer: int
    public_id: UUID
    score: float
    answered_at: datetime
    high_value: bool
    decides: bool


def look_single(moment: Moment, rules: Rules) -> list[Finding]:
    """Who gave one on the day."""
    begins = datetime.combine(moment.as_of, datetime.min.time(), tzinfo=ZoneInfo(moment.zone))
    return judge(gather(moment, rules, since=begins, until=moment.ends_at), moment, rules)


def look_now(now: datetime, zone: str, rules: Rules) -> list[Finding]:
    """Who gave one lately."""
    moment = Moment(now.astimezone(ZoneInfo(zone)).date(), zone)
    fresh = timedelta(hours=rules.table(LIMITS).get("fresh_hours", 72))
    return judge(gather(moment, rules, since=now - fresh, until=now), moment, rules)


def gather(moment: Moment, rules: Rules, *, since: datetime, until: datetime) -> list[Low]:
    """The latest very low score of each customer who counts, from `since` on and before `until`, oldest first."""
    params = {**moment.params, "since": since, "until": until, "single": _limit(rules),
              "decides": ContactRole.DECISION_MAKER.value}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH low AS MATERIALIZED (
                SELECT DISTINCT ON (a.customer_id) a.customer_id, a.score, a.occurred_at FROM (
                    SELECT e.customer_id, e.id, e.occurred_at, {_SCORE} AS score FROM customers_event e
                    WHERE {moment.events()} AND e.name = 'nps_answered'
                      AND e.occurred_at >= %(since)s AND e.occurred_at < %(until)s
                ) a
                WHERE a.score <= %(single)s
                ORDER BY a.customer_id, a.occurred_at DESC, a.id DESC
            ), known AS (
                SELECT low.*, c.public_id,
                       EXISTS (SELECT FROM scoring_customerscore s WHERE s.customer_id = c.id AND s.high_value
                               AND s.run_id = (SELECT r.id FROM scoring_scorerun r
                                               WHERE r.status = 'done' AND r.kind = 'full' AND r.known_at IS NULL
                                               AND r.policy_at IS NULL AND r.as_of <= %(as_of)s
                                               ORDER BY r.as_of DESC, r.id DESC LIMIT 1)) AS high_value,
                       EXISTS (SELECT FROM customers_contact k WHERE k.customer_id = c.id AND NOT k.withdrawn
                               AND k.role = %(decides)s) AS decides
                FROM low JOIN customers_customer c ON c.id = low.customer_id WHERE {WHO_COUNTS}
            )
            SELECT customer_id, public_id, score, occurred_at, high_value, decides FROM known
            WHERE high_value OR decides ORDER BY occurred_at, customer_id""",
            params,
        )
        return [Low(*row) for row in cursor.fetchall()]


def judge(found: list[Low], moment: Moment, rules: Rules) -> list[Finding]:
    """A finding for each: no clock, no database."""
    return [
        Finding(
            MONITOR,
            moment.as_of,
            fired=True,
            value=float(low.score),
            threshold=_limit(rules),
            sample=1,
            subject=Subject(SubjectKind.CUSTOMER, low.customer, str(low.public_id)),
            cause=CAUSE,
            affected=1,
            evidence={
                "score": float(low.score),
                "answered_on": low.answered_at.astimezone(ZoneInfo(moment.zone)).date().isoformat(),
                "high_value": low.high_value,
                "decides": low.decides,
            },
        )
        for low in found
    ]


def sentence_single(evidence: Evidence) -> str:
    """What they answered, and why one score is enough."""
    words = {"score": formats.number(whole(evidence["score"]))}
    if evidence.get("decides"):
        return _("Somebody who decides gave a score of %(score)s.") % words
    return _("A customer of high value gave a score of %(score)s.") % words


def _limit(rules: Rules) -> float:
    return float(rules.table(LIMITS).get("single", 2))
