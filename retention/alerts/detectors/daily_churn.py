"""One-day churn: customers who entered *lost* on a day among those who were neither lost nor gone the day before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.alerts.detectors.base import Detector, Evidence, Finding, not_scored, real, register, too_few, whole
from retention.alerts.detectors.lists import customers_where
from retention.alerts.detectors.pools import ledger_of
from retention.alerts.enums import Level
from retention.common import formats
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.scoring.science.trends import daily_churn

CODE = "daily_churn"
LIMITS, BASE, ENTRIES = "monitors.daily_churn", "trends.daily_churn_base", "overview.churn_entries"


@dataclass(frozen=True)
class Entries:
    """Who entered *lost* on a day, and who could have."""

    entered: int
    base: int


def look(moment: Moment, rules: Rules) -> list[Finding]:
    """The one finding about the whole business."""
    sums = gather(moment, rules)
    return [judge(sums, moment.as_of, rules) if sums else not_scored(CODE, moment.as_of)]


def gather(moment: Moment, rules: Rules) -> Entries | None:
    """From the history of pools; None for a day that no run has reached."""
    ledger = ledger_of(moment.as_of)
    if ledger is None:
        return None
    before = moment.as_of - timedelta(days=1)
    base = ledger.everybody(before) - ledger.pool("lost", before)
    return Entries(ledger.entered_lost.get(moment.as_of, 0), base)


def judge(sums: Entries, as_of: date, rules: Rules) -> Finding:
    """The finding from the sums: no clock, no database."""
    limit, least, entries = rules.table(LIMITS)["share"], rules.whole(BASE), rules.whole(ENTRIES)
    counts: Evidence = {"entered": sums.entered, "base": sums.base}
    if short := too_few(CODE, as_of, (sums.base, max(least, 1)), (sums.entered, entries), evidence=counts):
        return short
    reading = daily_churn(sums.entered, sums.base, limit=limit, least_base=least, least_entered=entries)
    return Finding(
        CODE,
        as_of,
        fired=reading.fires,
        value=reading.value,
        threshold=limit,
        sample=sums.base,
        minimum=least,
        affected=sums.entered,
        evidence={**counts, "value": reading.value},
    )


def sentence(evidence: Evidence) -> str:
    """How many were lost in one day."""
    return _("%(entered)s of %(base)s customers were lost in one day: %(value)s.") % {
        "entered": formats.number(whole(evidence["entered"])),
        "base": formats.number(whole(evidence["base"])),
        "value": formats.share(real(evidence["value"])),
    }


register(
    Detector(
        CODE,
        gettext_lazy("One-day churn"),
        gettext_lazy("Many customers enter the pool “lost” on one day."),
        "share",
        look,
        sentence,
        urgency=Level.HIGH,
        feeds=("orders", "log_in"),
        policies=(LIMITS, BASE, ENTRIES),
        affected_url=customers_where(pool="lost", entered="1"),
        order=30,
    )
)
