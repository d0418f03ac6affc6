"""NPS red alert: the score of 30 days lies under 0, or fell by 15 points on the 30 days before and not by chance.

% of 9–10 less % of 0–6, the latest answer of each customer. The variance of one answer is p + d − (p − d)², so that
z = (now − before) ÷ √(v₁/n₁ + v₂/n₂). Rocks (2016), "Interval estimation for the Net Promoter Score".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.alerts.detectors.base import Detector, Evidence, Finding, real, register, too_few, whole
from retention.alerts.detectors.lists import customers_in, the_customer
from retention.alerts.detectors.nps_single import look_single, sentence_single
from retention.alerts.enums import Level
from retention.common import formats
from retention.customers.selectors.state_sql import WHO_COUNTS
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.segments.fields.sql import number
from tenants.people.enums import RoleName

if TYPE_CHECKING:
    from retention.alerts.models import Alert

CODE = "nps_red"
LIMITS = "monitors.nps_red"
PROMOTER, DETRACTOR = 9, 6
"""From 9 on a promoter, up to 6 a detractor: what the score means, not a policy."""


@dataclass(frozen=True)
class Answers:
    """The latest answer of each customer in a window, counted."""

    n: int
    promoters: int
    detractors: int

    @property
    def nps(self) -> float:
        """In points, −100 to 100; 0 of nobody."""
        return 100 * (self.promoters - self.detractors) / self.n if self.n else 0.0

    @property
    def variance(self) -> float:
        """Of the mean, in points squared."""
        p, d = self.promoters / self.n, self.detractors / self.n
        return 10_000 * (p + d - (p - d) ** 2) / self.n


def look(moment: Moment, rules: Rules) -> list[Finding]:
    """The finding about the whole business, and one for each single score that is enough."""
    return [judge(*gather(moment, rules), moment.as_of, rules), *look_single(moment, rules)]


def gather(moment: Moment, rules: Rules) -> tuple[Answers, Answers]:
    """The window up to the day, and the one before it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT recent, count(*), count(*) FILTER (WHERE score >= {PROMOTER}),
                   count(*) FILTER (WHERE score <= {DETRACTOR})
            FROM (
                SELECT DISTINCT ON (a.recent, a.customer_id) a.recent, a.score FROM (
                    SELECT e.customer_id, e.id, e.occurred_at, {number("(e.properties ->> 'score')")} AS score,
                           e.occurred_on > %(as_of)s::date - %(days)s::int AS recent
                    FROM customers_event e JOIN customers_customer c ON c.id = e.customer_id
                    WHERE {moment.events()} AND {WHO_COUNTS} AND e.name = 'nps_answered'
                      AND e.occurred_on > %(as_of)s::date - 2 * %(days)s::int
                ) a
                WHERE a.score IS NOT NULL
                ORDER BY a.recent, a.customer_id, a.occurred_at DESC, a.id DESC
            ) latest
            GROUP BY recent""",
            {**moment.params, "days": int(rules.table(LIMITS)["days"])},
        )
        found = {recent: Answers(*counts) for recent, *counts in cursor.fetchall()}
    return found.get(True, Answers(0, 0, 0)), found.get(False, Answers(0, 0, 0))


def judge(now: Answers, before: Answers, as_of: date, rules: Rules) -> Finding:
    """The finding from the counts: no clock, no database. A window before with too few answers is not compared."""
    limits = rules.table(LIMITS)
    least = limits["answers"]
    if short := too_few(CODE, as_of, (now.n, max(least, 1))):
        return short
    known = before.n >= max(least, 1)
    fall = now.nps - before.nps if known else 0.0
    spread = sqrt(now.variance + before.variance) if known else 0.0
    fell = known and fall <= -limits["fall"] and fall < -limits["z"] * spread
    is_red = now.nps < limits["below"]
    return Finding(
        CODE,
        as_of,
        fired=is_red or fell,
        value=now.nps,
        threshold=limits["below"],
        sample=now.n,
        minimum=int(least),
        cause="level" if is_red else "fall" if fell else "",
        affected=now.detractors,
        evidence={
            "value": now.nps,
            "answers": now.n,
            "promoters": now.promoters,
            "detractors": now.detractors,
            "before": before.nps if known else None,
            "days": int(limits["days"]),
        },
    )


def sentence(evidence: Evidence) -> str:
    """The score, who is behind it, and what it was."""
    if "score" in evidence:
        return sentence_single(evidence)
    words = {
        "value": formats.number(real(evidence["value"]), 1),
        "answers": formats.number(whole(evidence["answers"])),
        "days": formats.days(whole(evidence["days"])),
        "detractors": formats.number(whole(evidence["detractors"])),
    }
    said = _("NPS is %(value)s from %(answers)s answers in %(days)s; %(detractors)s are detractors.") % words
    if evidence.get("before") is None:
        return said
    return said + " " + _("It was %(before)s before.") % {"before": formats.number(real(evidence["before"]), 1)}


def _affected(alert: Alert) -> str:
    return the_customer(alert) or customers_in("nps_low_away")(alert)


register(
    Detector(
        CODE,
        gettext_lazy("NPS red alert"),
        gettext_lazy("More detractors than promoters, a fall that is not chance, or one very low score that counts."),
        "points",
        look,
        sentence,
        urgency=Level.HIGH,
        owner_role=RoleName.CSM,
        policies=(LIMITS,),
        affected_url=_affected,
        order=70,
    )
)
