"""An additive model of the log-odds of leaving: each feature adds what its curve says, and nothing else does.

Hastie & Tibshirani (1986), "Generalized Additive Models", Statistical Science 1(3). Because nothing interacts, a
feature's part in a customer's log-odds is exact: it is the feature's Shapley value, whatever the order of asking.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import expit

from .arrays import FloatArray, IntArray


@dataclass(frozen=True)
class Curve:
    """What one feature adds to the log-odds, in one of two shapes; `missing` is for values not known (NaN).

    steps  `values[i]` where edges[i−1] ≤ x < edges[i]
    line   slope × (g(x) − centre), x held within [low, high] first, g the identity or sign(x) log(1 + |x|)
    """

    missing: float
    edges: tuple[float, ...] = ()
    values: tuple[float, ...] = ()
    slope: float = 0.0
    centre: float = 0.0
    low: float = -np.inf
    high: float = np.inf
    logarithmic: bool = False

    def at(self, x: FloatArray) -> FloatArray:
        """The part of every x."""
        if self.values:
            known = np.array(self.values)[np.searchsorted(np.array(self.edges), x, side="right")]
        else:
            held = np.clip(x, self.low, self.high)
            known = self.slope * ((signed_log(held) if self.logarithmic else held) - self.centre)
        return np.where(np.isnan(x), self.missing, known)

    def scaled(self, factor: float) -> "Curve":
        """The same shape, `factor` times as steep."""
        values = tuple(factor * value for value in self.values)
        return replace(self, missing=factor * self.missing, values=values, slope=factor * self.slope)

    def lowered(self, amount: float) -> "Curve":
        """The same shape, `amount` lower everywhere."""
        if self.values:
            return replace(self, missing=self.missing - amount, values=tuple(value - amount for value in self.values))
        shift = amount / self.slope if self.slope else 0.0
        return replace(self, missing=self.missing - amount, centre=self.centre + shift)


def signed_log(x: FloatArray) -> FloatArray:
    """sign(x) log(1 + |x|): long tails in, order kept."""
    return np.asarray(np.sign(x) * np.log1p(np.abs(x)))


@dataclass(frozen=True)
class ChurnModel:
    """The chance of leaving = logistic(intercept + the curves' parts); each part is 0 on the average customer.

    kind  "logistic" or "boosted"; names  the features, one curve each
    """

    kind: str
    names: tuple[str, ...]
    curves: tuple[Curve, ...]
    intercept: float

    def parts(self, values: FloatArray) -> FloatArray:
        """n × k: what each feature adds to each customer's log-odds, `values` being n × k in the order of `names`."""
        parts = np.empty(values.shape)
        for place, curve in enumerate(self.curves):
            parts[:, place] = curve.at(values[:, place])
        return parts

    def chance(self, parts: FloatArray) -> FloatArray:
        """The chance of leaving of customers with these parts."""
        return np.asarray(expit(self.intercept + parts.sum(axis=1)))

    def as_json(self) -> dict[str, Any]:
        """For keeping; `from_json` gives the same model."""
        curves = [
            {name: value for name, value in curve.__dict__.items() if value != getattr(Curve(0.0), name)}
            for curve in self.curves
        ]
        return {"kind": self.kind, "names": list(self.names), "curves": curves, "intercept": self.intercept}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "ChurnModel":
        """The model that `as_json` kept."""
        curves = tuple(Curve(**{"missing": 0.0, **_tuples(curve)}) for curve in kept["curves"])
        return cls(kept["kind"], tuple(kept["names"]), curves, kept["intercept"])


def _tuples(kept: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}


@dataclass(frozen=True)
class Reasons:
    """The `most` features that move each customer's chance most; n × most, strongest first.

    places  the feature's place in the model's names; effects  by how much the chance would be lower (higher, if
    negative) were the feature as on the average customer
    """

    places: IntArray
    effects: FloatArray


def reasons(model: ChurnModel, parts: FloatArray, *, most: int = 3) -> Reasons:
    """Why each customer's chance is what it is."""
    most = min(most, parts.shape[1])
    places = np.argsort(-np.abs(parts), axis=1, kind="stable")[:, :most]
    total = model.intercept + parts.sum(axis=1, keepdims=True)
    chosen = np.take_along_axis(parts, places, axis=1)
    return Reasons(places, np.asarray(expit(total) - expit(total - chosen)))
