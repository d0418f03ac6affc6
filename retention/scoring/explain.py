"""Why a score is what it is: parts with stable codes, and a sentence for each in the reader's language.

The parts follow from the stored row alone, so that what is shown is what was decided.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from retention.common import formats
from retention.common.errors import sentences
from retention.customers.models import Customer
from retention.scoring.enums import FalseChurn, Pool, Stage, ThresholdSource
from retention.scoring.models import CustomerScore
from retention.scoring.selectors.churn_words import churn_sentence, churn_values

HARDLY = 0.05
"""Fewer expected purchases are as good as none."""


@dataclass(frozen=True)
class Part:
    """One reason: `code` is stable, `values` is what it is about."""

    code: str
    values: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, **self.values}

    @property
    def sentence(self) -> str:
        """In the language in force."""
        return SENTENCES[self.code](self.values)


def explain(score: CustomerScore, category: str) -> list[Part]:
    """The reasons behind `score`, most telling first. `category` is its main category's name, "" for none."""
    parts = [_silence(score, category, float(score.run.plan["rules"]["silence.quantile"]))]
    if score.pool == Pool.GONE:
        parts.append(Part("gone", {}))
    if score.false_churn:
        parts.extend(Part(f"false_{kind}", {}) for kind in score.false_churn.split(","))
    if score.stage == Stage.RETURNED:
        parts.append(Part("returned", {}))
    if score.stage == Stage.NEW:
        parts.append(Part("new", {}))
    if score.churn_probability is not None:
        parts.append(Part("churn", churn_values(score)))
    parts.extend(_lifetime(score))
    if score.high_value:
        parts.append(Part("high_value", {"m_score": score.m_score, "f_score": score.f_score}))
    if score.health_cap:
        parts.append(Part(f"cap_{score.health_cap}", {}))
    return parts


def reasons_of(customer: Customer) -> list[Part]:
    """The reasons behind the scores in force of `customer`; none before the first run."""
    score = CustomerScore.current.select_related("run", "category").filter(customer=customer).first()
    return [] if score is None else explain(score, str(score.category or ""))


def why_json(parts: list[Part]) -> list[dict[str, Any]]:
    """As programs read it."""
    return [part.as_json() for part in parts]


def why_text(parts: list[Part]) -> str:
    """As people read it: all sentences."""
    return sentences(*(part.sentence for part in parts))


def _silence(score: CustomerScore, category: str, quantile: float) -> Part:
    visits = score.clock == "visit"
    silence = score.visit_silence if visits else score.purchase_silence
    if silence is None:
        return Part("never_logged_in" if visits else "never_bought", {})
    return Part(
        "quiet_visits" if visits else "quiet",
        {
            "days": silence + score.days_since,
            "threshold": score.threshold_days,
            "category": category,
            "source": score.threshold_source,
            "quantile": quantile,
            "pool": score.pool,
        },
    )


def _lifetime(score: CustomerScore) -> list[Part]:
    if score.frequency is None:
        return []
    if score.expected_90d is None:
        return [Part("no_model", {})]
    parts = []
    if score.p_alive is not None:
        parts.append(Part("alive", {"p_alive": score.p_alive}))
    elif score.frequency == 0:
        parts.append(Part("one_purchase", {}))
    parts.append(Part("expected", {"expected_90d": score.expected_90d}))
    return parts


def _share(quantile: float) -> str:
    tenths = round(quantile * 10)
    if math.isclose(quantile * 10, tenths):
        return _("%(n)d of 10") % {"n": tenths}
    return formats.share(quantile, 0)


def _quiet(values: dict[str, Any]) -> str:
    words = {
        "days": formats.days(values["days"]),
        "threshold": formats.days(math.ceil(values["threshold"])),
        "category": values["category"],
        "share": _share(values["quantile"]),
    }
    if values["source"] == ThresholdSource.OVERRIDE:
        return _("No order for %(days)s; the threshold set by hand is %(threshold)s.") % words
    if values["source"] == ThresholdSource.FLOOR:
        return _("No order for %(days)s; too little is known of the rhythm here, so %(threshold)s is assumed.") % words
    if values["category"] and values["source"] == ThresholdSource.OBSERVED:
        text = _("Quiet for %(days)s; people who buy %(category)s come back within %(threshold)s (%(share)s).")
        return text % words
    if values["source"] == ThresholdSource.PARENT:
        return _("Quiet for %(days)s; the threshold here, taken from its department, is %(threshold)s.") % words
    return _("Quiet for %(days)s; people who buy here come back within %(threshold)s (%(share)s).") % words


def _quiet_visits(values: dict[str, Any]) -> str:
    words = {
        "days": formats.days(values["days"]),
        "threshold": formats.days(math.ceil(values["threshold"])),
        "share": _share(values["quantile"]),
    }
    if values["source"] in (ThresholdSource.OVERRIDE, ThresholdSource.FLOOR):
        return _("No log-in for %(days)s; %(threshold)s is the limit here.") % words
    return _("No log-in for %(days)s; people log in again within %(threshold)s (%(share)s).") % words


SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "quiet": _quiet,
    "quiet_visits": _quiet_visits,
    "never_bought": lambda values: _("Never bought anything yet."),
    "never_logged_in": lambda values: _("Never logged in yet."),
    "gone": lambda values: _("Gone for good: lost for long, hardly expected back and not to be reached, or said so."),
    f"false_{FalseChurn.CART}": lambda values: _("Has an open cart or an unpaid order: not lost."),
    f"false_{FalseChurn.FOLLOW}": lambda values: _("Still follows something here: not lost."),
    f"false_{FalseChurn.COMMUNITY}": lambda values: _("Still takes part in the community: not lost."),
    "returned": lambda values: _("Came back lately after a long silence."),
    "new": lambda values: _("New: too early for a rhythm of their own."),
    "no_model": lambda values: _(
        "No forecast: the data don’t pin the purchase model down. The page of score runs says why."
    ),
    "one_purchase": lambda values: _("Bought once: whether they are still a customer can’t be told."),
    "alive": lambda values: (
        _("Still a customer with a chance of %(share)s.") % {"share": formats.chance(values["p_alive"])}
    ),
    "expected": lambda values: (
        _("%(count)s purchases are expected in the next 90 days.") % {"count": formats.rough(values["expected_90d"])}
        if values["expected_90d"] >= HARDLY
        else _("Hardly a purchase is expected in the next 90 days.")
    ),
    "high_value": lambda values: _("High value: among the best by revenue."),
    "churn": churn_sentence,
    "cap_severe_complaint": lambda values: _("Health is held down by a severe complaint that stays open."),
    "cap_nps_very_low": lambda values: _("Health is held down by a very low NPS score."),
}
