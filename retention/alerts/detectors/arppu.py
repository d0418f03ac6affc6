"""ARPPU falls: net revenue per paying customer, two complete months running and by 2 % or more in all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.alerts.detectors.base import Detector, Evidence, Finding, real, register, too_few
from retention.alerts.detectors.lists import customers_in
from retention.common import formats
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.scoring.science.trends import Month, arppu
from retention.scoring.selectors import trends

CODE = "arppu"
LIMITS, PAYERS = "monitors.arppu", "trends.arppu_payers"
MONTHS = 3


def look(moment: Moment, rules: Rules) -> list[Finding]:
    """The one finding about the whole business."""
    return [judge(gather(moment, rules), moment.as_of, rules)]


def gather(moment: Moment, rules: Rules) -> list[Month]:
    """Net revenue and payers of the last three complete months, oldest first."""
    return [Month(month["revenue"], month["payers"]) for month in trends.arppu(moment, rules, MONTHS)]


def judge(months: Sequence[Month], as_of: date, rules: Rules) -> Finding:
    """The finding from the sums: no clock, no database."""
    kept, least = rules.table(LIMITS)["kept"], rules.whole(PAYERS)
    oldest, middle, latest = months
    fewest = min(month.payers for month in months)
    if short := too_few(CODE, as_of, (fewest, max(least, 1))):
        return short
    reading = arppu((oldest, middle, latest), limit=kept, least_payers=least)
    before = reading.before or 0.0
    return Finding(
        CODE,
        as_of,
        fired=reading.fires,
        value=reading.value,
        threshold=kept * before,
        sample=fewest,
        minimum=least,
        affected=latest.payers,
        evidence={
            "months": [month.revenue / month.payers for month in months],
            "payers": latest.payers,
            "value": reading.value,
            "change": (reading.value or 0.0) / before - 1 if before else 0.0,
        },
    )


def sentence(evidence: Evidence) -> str:
    """Three months, one after the other."""
    months = evidence["months"]
    first, second, third = (formats.money(real(month)) for month in (months if isinstance(months, list) else []))
    return _("Net revenue per payer was %(first)s, then %(second)s, then %(third)s: %(change)s in two months.") % {
        "first": first,
        "second": second,
        "third": third,
        "change": formats.share(real(evidence["change"])),
    }


register(
    Detector(
        CODE,
        gettext_lazy("Revenue per payer"),
        gettext_lazy("Net revenue per paying customer falls for two complete months."),
        "money",
        look,
        sentence,
        feeds=("orders",),
        policies=(LIMITS, PAYERS),
        affected_url=customers_in("spend_falling"),
        order=20,
    )
)
