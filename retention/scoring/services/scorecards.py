"""The tenant's scorecards: the ready ones with the weights, ends, bands and caps that its policies say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from retention.scoring.frames.frame import Array
from retention.scoring.own_cards import CARDS, own_cards
from retention.scoring.rules import Rules
from retention.scoring.science.health import BANDS, FAMILIES, Health, score_health
from retention.scoring.science.health_metrics import Absence, Scorecard

BAND_LABELS = (*BANDS, "")


def scorecard(code: str, rules: Rules, own: str = "") -> Scorecard:
    """The card `shop` (of customers) or `software` (of accounts): everybody's, or the one with the code `own`."""
    card = CARDS[code]
    bad, good = rules.table(f"health.{code}.bad"), rules.table(f"health.{code}.good")
    weights, bands = rules.table(f"health.{code}.weights"), rules.table(f"health.{code}.bands")
    everybody = replace(
        card,
        metrics=tuple(
            replace(metric, bad=bad[metric.code], good=good[metric.code], weight=weights[metric.code])
            for metric in card.metrics
        ),
        caps=tuple(replace(cap, at_most=rules.number(f"health.{code}.cap")) for cap in card.caps),
        healthy_from=bands["healthy"],
        watch_from=bands["watch"],
        least_weight=rules.number("health.minimum_weight"),
    )
    if not own:
        return everybody
    (mine,) = (one for one in own_cards(code, rules) if one.code == own)
    return mine.over(everybody)


@dataclass(frozen=True)
class Inputs:
    """What a scorecard is computed from: metric by metric x (NaN: missing), why it is missing, and wounds."""

    x: dict[str, Array]
    absence: dict[str, Array]
    wounds: dict[str, Array]

    def of(self, chosen: Array) -> Inputs:
        """Those of the chosen alone."""
        parts = (self.x, self.absence, self.wounds)
        return Inputs(*({code: values[chosen] for code, values in part.items()} for part in parts))

    @classmethod
    def joined(cls, inputs: Sequence[Inputs]) -> Inputs:
        """Those of several groups, one below the other."""
        first, names = inputs[0], ("x", "absence", "wounds")
        parts = (
            {code: np.concatenate([getattr(one, name)[code] for one in inputs]) for code in getattr(first, name)}
            for name in names
        )
        return cls(*parts)

    def score(self, card: Scorecard) -> Health:
        """Health of everybody."""
        import pandas as pd  # takes a second to load: every command would pay it

        return score_health(
            card,
            pd.DataFrame({code: self.x[code] for code in card.codes}),
            absence=pd.DataFrame({code: self.absence[code] for code in card.codes}),
            wounds=pd.DataFrame(self.wounds),
        )


def health_columns(health: Health, inputs: Inputs) -> dict[str, Any]:
    """What is stored of `health`: score, band, cap, and its inputs from which every part follows."""
    card = health.card
    absence = np.stack([np.where(np.isnan(inputs.x[code]), inputs.absence[code], 0) for code in card.codes], axis=1)
    digits = np.array([str(int(reason)) for reason in Absence])
    words = digits[absence.astype(np.int64)]
    return {
        "health": health.score,
        "health_band": _places(health.band, BAND_LABELS),
        "health_cap": _places(health.cap, ("", *(cap.code for cap in card.caps))),
        "health_x": health.x,
        "health_absence": np.array(["".join(row) for row in words.tolist()]),
    }


def family_means(health: Health) -> dict[str, float | None]:
    """Mean points of each family over those who have any in it: the radar of a whole base."""
    means = {}
    for place, family in enumerate(FAMILIES):
        known = health.families[:, place][~np.isnan(health.families[:, place])]
        means[family.value] = float(known.mean()) if len(known) else None
    return means


def restore(card: Scorecard, x: list[float], absence: str, cap: str) -> Health:
    """The health of one customer or account again, from what was stored."""
    codes = card.codes
    reasons = absence.ljust(len(codes), "0")
    inputs = Inputs(
        {code: np.array([value], dtype=np.float64) for code, value in zip(codes, x, strict=True)},
        {code: np.array([int(digit)]) for code, digit in zip(codes, reasons, strict=True)},
        {wound.code: np.array([wound.code == cap]) for wound in card.caps},
    )
    return inputs.score(card)


def _places(values: Array, labels: tuple[str, ...]) -> Array:
    order = np.argsort(labels)
    return order[np.searchsorted(np.array(labels)[order], values)]
