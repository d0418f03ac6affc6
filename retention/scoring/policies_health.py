"""The scorecards: 12 metrics each for shops and for business software. Weights total 100."""

from __future__ import annotations

from typing import Literal

from django.utils.functional import Promise, lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from retention.common.errors import DomainError
from retention.scoring import own_cards
from retention.scoring.enums import HealthBand
from retention.scoring.science.health_cards import SHOP, SOFTWARE
from retention.scoring.science.health_metrics import Metric, Scorecard
from tenants.policies import JSONValue, PolicySpec


def _of(card: Scorecard, part: Literal["weight", "bad", "good"]) -> dict[str, JSONValue]:
    """A part of each metric of `card`, by its code."""
    return {metric.code: getattr(metric, part) for metric in card.metrics}


BANDS: dict[str, Promise | str] = {"watch": HealthBand.WATCH.label, "healthy": HealthBand.HEALTHY.label}
SHOP_WINDOWS: dict[str, JSONValue] = {
    "login_recent": 7,
    "login_before": 28,
    "browse": 30,
    "intent": 30,
    "reply": 90,
    "benefit": 90,
    "faults": 180,
    "nps": 180,
    "tone": 90,
}
SHOP_MINIMUMS: dict[str, JSONValue] = {"login_before": 4, "delivered": 3, "order_days_before": 2}
SOFTWARE_WINDOWS: dict[str, JSONValue] = {
    "seats": 28,
    "login_recent": 5,
    "login_before": 20,
    "touch": 90,
    "core": 28,
    "milestones": 180,
    "tickets": 60,
    "handover": 180,
    "nps": 180,
    "pulse": 90,
}
SOFTWARE_MINIMUMS: dict[str, JSONValue] = {
    "login_before": 20,
    "core_before": 50,
    "modules": 2,
    "module_users": 2,
    "tickets": 3,
    "milestone_grace_days": 3,
}


def _labels(card: Scorecard) -> dict[str, Promise | str]:
    """The names of the metrics, each in the language in force when it is shown."""
    return {metric.code: _named(metric) for metric in card.metrics}


def _named(metric: Metric) -> Promise | str:
    return lazy(lambda: metric.zh if (get_language() or "").startswith("zh") else metric.en, str)()


def _weights_total_100(value: JSONValue) -> None:
    total = sum(float(str(weight)) for weight in value.values()) if isinstance(value, dict) else 0.0
    if abs(total - 100) > 1e-9:
        raise DomainError(
            "policy_invalid",
            gettext("The weights total %(total)s, not 100.") % {"total": f"{total:g}"},
            mend=gettext("Raise or lower some of them until they total 100."),
        )


def _weights(code: str, card: Scorecard) -> PolicySpec:
    return PolicySpec(
        f"health.{code}.weights",
        "numbers",
        _of(card, "weight"),
        _("Weight of each metric; they total 100"),
        group="health",
        minimum=0,
        maximum=100,
        key_labels=_labels(card),
        total=100,
        check=_weights_total_100,
    )


def _ends(code: str, card: Scorecard, part: Literal["bad", "good"], label: Promise) -> PolicySpec:
    default = _of(card, part)
    return PolicySpec(f"health.{code}.{part}", "numbers", default, label, group="health", key_labels=_labels(card))


def _days(name: str, default: dict[str, JSONValue]) -> PolicySpec:
    return PolicySpec(name, "numbers", default, _("Days that each metric looks back"), group="health", minimum=1)


def _least(name: str, default: dict[str, JSONValue]) -> PolicySpec:
    return PolicySpec(
        name, "numbers", default, _("Fewest facts that a metric is judged from"), group="health", minimum=0
    )


SPECS = (
    PolicySpec(
        own_cards.POLICY,
        "records",
        [],
        _("Scorecards for some customers or accounts"),
        _("The first whose audience holds the customer or account scores it; whoever is in none, the card for all."),
        group="health",
        check=own_cards.check_own_cards,
        words=own_cards.cards_in_words,
        page="scorecards",
    ),
    _weights("shop", SHOP),
    _ends("shop", SHOP, "bad", _("Value of each metric at 0 points")),
    _ends("shop", SHOP, "good", _("Value of each metric at 100 points")),
    _days("health.shop.windows", SHOP_WINDOWS),
    _least("health.shop.minimums", SHOP_MINIMUMS),
    PolicySpec(
        "health.shop.bands",
        "numbers",
        {"watch": 40, "healthy": 70},
        _("Customers are to be watched, and healthy, from"),
        group="health",
        key_labels=BANDS,
        minimum=0,
        maximum=100,
    ),
    PolicySpec("health.shop.cap", "number", 39, _("Highest health of a customer with a wound"), group="health"),
    PolicySpec(
        "health.shop.cap_complaint_hours", "hours", 72, _("A severe complaint open longer is a wound"), group="health"
    ),
    PolicySpec("health.shop.cap_nps", "integer", 2, _("An NPS score up to this is a wound"), group="health"),
    PolicySpec("health.shop.cap_nps_days", "days", 30, _("…for this many days"), group="health"),
    _weights("software", SOFTWARE),
    _ends("software", SOFTWARE, "bad", _("Value of each metric at 0 points")),
    _ends("software", SOFTWARE, "good", _("Value of each metric at 100 points")),
    _days("health.software.windows", SOFTWARE_WINDOWS),
    _least("health.software.minimums", SOFTWARE_MINIMUMS),
    PolicySpec(
        "health.software.bands",
        "numbers",
        {"watch": 50, "healthy": 75},
        _("Accounts are to be watched, and healthy, from"),
        group="health",
        key_labels=BANDS,
        minimum=0,
        maximum=100,
    ),
    PolicySpec("health.software.cap", "number", 49, _("Highest health of an account with a wound"), group="health"),
    PolicySpec(
        "health.software.handover_due_days",
        "days",
        21,
        _("A hand-over open for longer is overdue"),
        group="health",
    ),
    PolicySpec(
        "health.software.cap_ticket_days",
        "days",
        3,
        _("A severe ticket open for more working days is a wound before a renewal"),
        group="health",
    ),
    PolicySpec("health.software.cap_renewal_days", "days", 90, _("…when the renewal is this near"), group="health"),
    PolicySpec(
        "health.trial_accounts",
        "integer",
        10,
        _("Accounts that left, and that stayed, which the trial of a scorecard needs of each"),
        group="health",
        minimum=1,
    ),
    PolicySpec(
        "health.minimum_weight", "number", 50, _("Weight that must be present for a band"), group="health", maximum=100
    ),
)
