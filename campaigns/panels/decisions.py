"""Campaigns on the customer record: every yes and no, with its reasons in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.enums import Reason, Verdict
from campaigns.forms import in_reader_language
from campaigns.models import Decision, Offer
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
    shown = list(rows[:SHOWN])
    offers = {offer.code: offer for offer in Offer.objects.filter(code__in={_beside(row) for row in shown})}
    return [_shown(row, offers) for row in shown]


def _shown(row: Decision, offers: Mapping[str, Offer]) -> ShownDecision:
    due = parse_datetime(str(row.evidence.get("due_at", ""))) if row.verdict == Verdict.LATER else None
    return ShownDecision(
        row,
        in_reader_language(row.campaign) if row.campaign else _("Answer or service"),
        TONES[Verdict(row.verdict)],
        [_reason(code, row, offers) for code in row.reasons],
        moment(due) if due else "",
    )


def _beside(row: Decision) -> str:
    """The code of the offer that the customer held then."""
    return str(row.evidence.get("beside", ""))


def _reason(code: str, row: Decision, offers: Mapping[str, Offer]) -> str:
    """In words; where another offer stood in the way, that one is named."""
    beside = _beside(row)
    if code != Reason.OTHER_OFFER or not beside:
        return reason_label(code)
    name = in_reader_language(offers[beside]) if beside in offers else beside
    return _("the offer “%(offer)s” can’t be combined with this one and is still open") % {"offer": name}


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
