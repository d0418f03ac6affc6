"""What a health is made of: the parts of one customer or account, from what its run stored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from retention.common import formats
from retention.common.charts import Chart, radar
from retention.scoring.models import AccountScore, CustomerScore
from retention.scoring.own_cards import card_name
from retention.scoring.rules import Rules
from retention.scoring.science.health import FAMILIES, Health
from retention.scoring.science.health_metrics import Absence, Family, Metric
from retention.scoring.services.scorecards import restore, scorecard

PERCENT = frozenset({"reply_rate", "benefit_use", "order_faults", "seat_use", "role_cover", "module_cover"})
SHARES = PERCENT | {"milestones", "reply_in_sla"}
DAYS = frozenset({"browse_days", "sponsor_gap", "continuity"})
HOURS = frozenset({"complaint_wait", "severe_open"})
"""Of `severe_open` working hours."""


@dataclass(frozen=True)
class Factor:
    """One metric: its input in words, its points, its weight after what is missing was shared out, and what it adds.

    `points` is None where the metric was left out; `why` then says why.
    """

    code: str
    label: str
    family: Family
    x: float | None
    shown: str
    points: float | None
    weight: float
    contribution: float
    why: str


@dataclass(frozen=True)
class Breakdown:
    """All parts, the mean points of each family, and what they come to."""

    factors: list[Factor]
    families: list[tuple[Family, str, float | None]]
    present: float
    least: float
    uncapped: float | None
    cap: str
    card: str
    """The name of the scorecard of its own; empty for the one that holds for everybody."""

    @property
    def worst(self) -> list[Factor]:
        """The parts that cost most points, at most three."""
        lost = [factor for factor in self.factors if factor.points is not None and factor.points < 50]
        return sorted(lost, key=lambda factor: factor.contribution - factor.weight)[:3]


def customer_factors(score: CustomerScore) -> Breakdown:
    """The parts of a customer's health."""
    return breakdown_of("shop", score)


def account_factors(score: AccountScore) -> Breakdown:
    """The parts of an account's health."""
    return breakdown_of("software", score)


def radar_chart(breakdown: Breakdown, *, chart_id: str) -> Chart | None:
    """The five families as a radar; None where fewer than three have points."""
    known = [(label, points) for _family, label, points in breakdown.families if points is not None]
    if len(known) < 3:
        return None
    names, values = [name for name, _points in known], [round(points) for _name, points in known]
    parts = [f"{name} {value}" for name, value in zip(names, values, strict=True)]
    return Chart(
        chart_id,
        _("Health by family"),
        _(", ").join(parts),
        radar(names, values, name=_("Health")),
        (_("Family"), _("Points")),
        list(zip(names, values, strict=True)),
        height="sm",
    )


def family_label(family: Family) -> str:
    """A family's name on screen."""
    return {
        Family.LOG_IN: pgettext("health family", "Log-in"),
        Family.INTERACTION: pgettext("health family", "Interaction"),
        Family.CONSUMPTION: pgettext("health family", "Consumption"),
        Family.SERVICE: pgettext("health family", "Service"),
        Family.SENTIMENT: pgettext("health family", "Sentiment"),
    }[family]


def metric_label(metric: Metric) -> str:
    """A metric's name in the language in force."""
    return metric.zh if (get_language() or "").startswith("zh") else metric.en


def cap_words(code: str) -> str:
    """What holds a health down."""
    return {
        "": "",
        "severe_complaint": _("a severe complaint stays open"),
        "nps_very_low": _("a very low NPS score"),
        "handover_overdue": _("a hand-over is overdue"),
        "severe_ticket": _("a severe ticket stays open before a renewal"),
    }[code]


def breakdown_of(card_code: str, score: CustomerScore | AccountScore) -> Breakdown:
    """The parts of a stored health, by the card and the policies of its run."""
    rules = Rules(score.run.plan["rules"])
    card = scorecard(card_code, rules, score.health_card)
    health = restore(card, list(score.health_x), score.health_absence, score.health_cap)
    factors = factors_of(health, score.health_absence)
    families = [
        (family, family_label(family), _known(float(health.families[0, place])))
        for place, family in enumerate(FAMILIES)
    ]
    present, uncapped = float(health.present[0]), _known(float(health.uncapped[0]))
    name = card_name(card_code, rules, score.health_card)
    return Breakdown(factors, families, present, card.least_weight, uncapped, cap_words(score.health_cap), name)


def factors_of(health: Health, absence: str) -> list[Factor]:
    """The metrics of one customer's or account's health; `absence` has a digit for each, as stored."""
    return [_factor(health, place, absence) for place in range(len(health.card.metrics))]


def _factor(health: Health, place: int, absence: str) -> Factor:
    metric = health.card.metrics[place]
    x, points = _known(float(health.x[0, place])), _known(float(health.points[0, place]))
    reason = Absence(int(absence.ljust(len(health.card.metrics), "0")[place]))
    return Factor(
        metric.code,
        metric_label(metric),
        metric.family,
        x,
        _shown(metric.code, x),
        points,
        float(health.weight[0, place]),
        float(health.contribution[0, place]),
        _absence_words(reason) if x is None else "",
    )


def _shown(code: str, x: float | None) -> str:
    if x is None:
        return formats.NOTHING
    if code in SHARES:
        return formats.share(x, 0)
    if code in DAYS and np.isclose(x, round(x)):
        return formats.days(round(x))
    if code in HOURS:
        return ngettext("%(count)s hour", "%(count)s hours", round(x)) % {"count": formats.number(x)}
    return formats.number(x, 0 if np.isclose(x, round(x)) else 2)


def _absence_words(reason: Absence) -> str:
    return {
        Absence.UNSTATED: _("not known"),
        Absence.NONE: _("nothing to measure"),
        Absence.NEVER: _("never seen"),
        Absence.NO_FEED: _("no such data comes in"),
        Absence.TOO_FEW: _("too few to judge"),
        Absence.ALL_OFF: _("all messages switched off"),
    }[reason]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
