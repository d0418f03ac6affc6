"""Campaigns on the customer record: every yes and no, with its reasons in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.enums import Verdict
from campaigns.forms import in_reader_language
from campaigns.models import Decision
from campaigns.selectors.live import reason_label
from retention.common.formats import moment
from retention.customers.models import Customer
from retention.customers.panels import Panel, register
from retention.customers.selectors.person import whole_person

SHOWN = 12
TONES = {Verdict.YES: "good", Verdict.NO: "bad", Verdict.LATER: "warn"}


@dataclass(frozen=True)
class ShownDecision:
    """A decision ready to print."""

    decision: Decision
    campaign: str
    tone: str
    reasons: list[str]
    next_try: str


def decisions_of(customer: Customer) -> list[ShownDecision]:
    """The newest decisions about this person, whichever of their merged rows they were taken about."""
    rows = Decision.objects.filter(customer__in=whole_person(customer)).select_related("campaign", "step")
    return [_shown(row) for row in rows[:SHOWN]]


def _shown(row: Decision) -> ShownDecision:
    due = parse_datetime(str(row.evidence.get("due_at", ""))) if row.verdict == Verdict.LATER else None
    return ShownDecision(
        row,
        in_reader_language(row.campaign) if row.campaign else _("Answer or service"),
        TONES[Verdict(row.verdict)],
        [reason_label(code) for code in row.reasons],
        moment(due) if due else "",
    )


def _context(customer: Customer, as_of: date) -> dict[str, Any]:
    return {"decisions": decisions_of(customer)}


register(
    Panel(
        "decisions",
        gettext_lazy("Decisions"),
        55,
        "campaigns.view",
        "campaigns/_decisions.html",
        _context,
        help=gettext_lazy("Each yes and no of the last campaigns, with the reasons it was decided by."),
    )
)
