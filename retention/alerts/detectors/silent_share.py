"""Silent share: customers silent for their whole threshold among those ever active, against four weeks before."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.alerts.detectors.base import Detector, Evidence, Finding, not_scored, real, register, too_few, whole
from retention.alerts.detectors.lists import customers_where
from retention.alerts.detectors.pools import ledger_of
from retention.common import formats
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.scoring.science.trends import Silence, silent_share

CODE = "silent_share"
LIMITS, LEAST = "monitors.silent_share", "trends.silent_share_customers"


def look(moment: Moment, rules: Rules) -> list[Finding]:
    """The one finding about the whole business."""
    sums = gather(moment, rules)
    return [judge(*sums, moment.as_of, rules) if sums else not_scored(CODE, moment.as_of)]


def gather(moment: Moment, rules: Rules) -> tuple[Silence, Silence] | None:
    """The day and the one before it, from the history of pools; None for a day that no run has reached."""
    ledger = ledger_of(moment.as_of)
    if ledger is None:
        return None
    then = moment.as_of - timedelta(days=int(rules.table(LIMITS)["days"]))
    now, before = (Silence(ledger.silent(day), ledger.everybody(day)) for day in (moment.as_of, then))
    return now, before


def judge(now: Silence, before: Silence, as_of: date, rules: Rules) -> Finding:
    """The finding from the sums: no clock, no database."""
    limits, least = rules.table(LIMITS), rules.whole(LEAST)
    base = min(now.ever_active, before.ever_active)
    if short := too_few(CODE, as_of, (base, max(least, 1))):
        return short
    reading = silent_share(now, before, rise=limits["rise"], least=least)
    earlier = reading.before or 0.0
    return Finding(
        CODE,
        as_of,
        fired=reading.fires,
        value=reading.value,
        threshold=earlier + limits["rise"],
        sample=base,
        minimum=least,
        affected=now.silent,
        evidence={
            "silent": now.silent,
            "base": now.ever_active,
            "value": reading.value,
            "before": earlier,
            "days": int(limits["days"]),
        },
    )


def sentence(evidence: Evidence) -> str:
    """The share now and then."""
    return _("%(silent)s of %(base)s customers are silent: %(value)s, against %(before)s %(days)s earlier.") % {
        "silent": formats.number(whole(evidence["silent"])),
        "base": formats.number(whole(evidence["base"])),
        "value": formats.share(real(evidence["value"])),
        "before": formats.share(real(evidence["before"])),
        "days": formats.days(whole(evidence["days"])),
    }


register(
    Detector(
        CODE,
        gettext_lazy("Silent share"),
        gettext_lazy("More of the customers are silent than four weeks ago."),
        "share",
        look,
        sentence,
        feeds=("orders", "log_in"),
        policies=(LIMITS, LEAST),
        affected_url=customers_where(pool="silent"),
        order=40,
    )
)
