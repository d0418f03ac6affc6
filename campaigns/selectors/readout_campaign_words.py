"""A campaign's readout in sentences, and its figures ready to print."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.enums import CostKind
from campaigns.selectors.readout_campaign import CampaignReadout, Gain
from retention.common.formats import NOTHING, money, number, share


@dataclass(frozen=True)
class Fact:
    """A figure with its name and, in a line below, its uncertainty or its meaning."""

    label: str
    value: str
    note: str = ""


def headline(found: CampaignReadout) -> str:
    """Who came back, beside those who were left alone."""
    words = {
        "rate": share(found.treated.rate),
        "assigned": number(found.treated.assigned),
        "held": share(found.held_out.rate if found.held_out else None),
    }
    if found.held_out is None or not found.held_out.assigned:
        return _("%(rate)s of %(assigned)s customers came back; nobody was held out, so nobody knows why.") % words
    text = _("%(rate)s of %(assigned)s customers came back, %(held)s of the holdout by themselves.") % words
    interval = found.difference.interval if found.difference else None
    if interval is None:
        return " ".join((text, _("There are too few to tell the difference from chance.")))
    ends = {"low": share(interval[0]), "high": share(interval[1])}
    if interval[0] <= 0 <= interval[1]:
        return " ".join((text, _("The difference may be chance: %(low)s to %(high)s.") % ends))
    return " ".join((text, _("The campaign made the difference: %(low)s to %(high)s.") % ends))


def steps(found: CampaignReadout) -> list[Fact]:
    """The funnel, each step with its share of the assigned."""
    funnel = found.funnel
    named = (
        (_("Assigned"), funnel.assigned),
        (_("Attempted"), funnel.attempted),
        (_("Delivered"), funnel.delivered),
        (_("Clicked"), funnel.clicked),
        (_("Came back"), funnel.returned),
    )
    return [
        Fact(label, number(count), share(count / funnel.assigned) if funnel.assigned else "") for label, count in named
    ]


def gains(found: CampaignReadout) -> list[Fact]:
    """What it brought over the holdout, what it cost, and what stays of it."""
    return [
        Fact(_("Won back"), _total(found.won_back), _ends(found.won_back)),
        Fact(_("Orders more"), _total(found.orders), _ends(found.orders)),
        Fact(_("Net revenue more"), _money(found.net_revenue), _money_ends(found.net_revenue)),
        Fact(_("Cost"), money(found.cost), " · ".join(_costs(found))),
        Fact(_("Cost per win-back"), money(found.cost_per_win_back)),
        Fact(_("Cost per customer who came back"), money(found.cost_per_returned)),
        Fact(_("Margin per cost"), NOTHING if found.roi is None else f"1:{number(found.roi, 1)}"),
        Fact(_("Kept at 30 days"), share(found.treated.kept_share), _of(found.treated.kept, found.treated.kept_of)),
        Fact(
            _("Lost a second time"),
            share(found.treated.lost_again_share),
            _of(found.treated.lost_again, found.treated.returned),
        ),
    ]


def _costs(found: CampaignReadout) -> list[str]:
    return [f"{CostKind(kind).label} {money(amount)}" for kind, amount in found.costs.items()]


def _of(part: int, whole: int) -> str:
    return _("%(part)s of %(whole)s") % {"part": number(part), "whole": number(whole)}


def _total(gain: Gain | None) -> str:
    return number(gain.total) if gain else NOTHING


def _ends(gain: Gain | None) -> str:
    return " … ".join(number(end) for end in gain.interval) if gain and gain.interval else ""


def _money(gain: Gain | None) -> str:
    return money(gain.total) if gain else NOTHING


def _money_ends(gain: Gain | None) -> str:
    return " … ".join(money(end, whole=True) for end in gain.interval) if gain and gain.interval else ""
