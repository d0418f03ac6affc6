"""Who will leave within the horizon: learned from the tenant's own past, tried on a later past, calibrated.

Two additive models are fitted to what was known at one moment and who had left a horizon later: logistic regression
(Cox 1958) with a ridge, and gradient boosting (Friedman 2001, Annals of Statistics 29(5)) of single features (Lou,
Caruana & Gehrke 2012, "Intelligible Models for Classification and Regression"). Both are calibrated by Platt's (1999)
sigmoid on predictions out of fold, and tried on the next moment, which neither has seen. They are compared by DeLong,
DeLong & Clarke-Pearson (1988) in the form of Sun & Xu (2014); a tie goes to the simpler one. The one that wins is
fitted anew to both moments.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import BoolArray, FloatArray
from .churn_curves import ChurnModel
from .churn_drift import Drift, Limits, watch
from .churn_fit import fit
from .churn_leaks import Refused, leaks
from .churn_sample import Sample
from .validation import CalibrationRow, LiftRow, auc_gain, brier, calibration_table, delong, lift_table

TIE_Z = 1.645
TIE_AUC = 0.002
SAME = 0.9999
"""Two features that correlate more than this are one."""


@dataclass(frozen=True)
class Gate:
    """What each of the two moments needs before a model is tried."""

    customers: int = 500
    leavers: int = 100
    stayers: int = 100

    def unmet(self, sample: Sample) -> tuple["Shortfall", ...]:
        """What is missing; empty when nothing is."""
        leavers = int(sample.left.sum())
        counts = (
            Shortfall("customers", len(sample), self.customers),
            Shortfall("left", leavers, self.leavers),
            Shortfall("stayed", len(sample) - leavers, self.stayers),
        )
        return tuple(one for one in counts if one.have < one.need)


@dataclass(frozen=True)
class Shortfall:
    """Too few of `what`: customers, those who left, or those who stayed."""

    what: str
    have: int
    need: int

    def __str__(self) -> str:
        who = {"customers": "customers", "left": "who left", "stayed": "who stayed"}[self.what]
        return f"too few {who} ({self.have} of {self.need})"


@dataclass(frozen=True)
class Trial:
    """How one kind did on the later moment; `interval` is 95 % (DeLong)."""

    kind: str
    auc: float
    interval: tuple[float, float]
    brier: float


@dataclass(frozen=True)
class ModelCard:
    """What is known of the model in force, from customers whom its trial had not seen.

    base_brier  the Brier score of saying the mean to everybody; drivers  (feature, mean size of its part in log-odds),
    strongest first; drift  what moved since the trial, None where today's customers were not given
    """

    trained_on: int
    tried_on: int
    left_before: float
    left_later: float
    chosen: str
    trials: tuple[Trial, ...]
    base_brier: float
    calibration: tuple[CalibrationRow, ...]
    lift: tuple[LiftRow, ...]
    drivers: tuple[tuple[str, float], ...]
    refused: tuple[Refused, ...]
    drift: Drift | None = None


@dataclass(frozen=True)
class ChurnFit:
    """A model with its card, or `reason` why there is none, with the counts that fell `short`."""

    model: ChurnModel | None
    card: ModelCard | None
    reason: str
    short: tuple[Shortfall, ...] = ()


def train(
    before: Sample,
    later: Sample,
    *,
    gate: Gate | None = None,
    suspects: tuple[str, ...] = (),
    leak_auc: float = 0.9,
    now: FloatArray | None = None,
    limits: Limits | None = None,
) -> ChurnFit:
    """Learn from `before`, try on `later`, choose, and fit the chosen to both.

    `suspects` are features that may have been written after the outcome: they are tried for that, and left out when
    they know it. `now` are today's values of the features of `later`, for the watch on drift. Never raises on thin or
    odd data: see `reason`.
    """
    gate = gate or Gate()
    unmet = gate.unmet(before) or gate.unmet(later)
    if unmet:
        return ChurnFit(None, None, "; ".join(map(str, unmet)), unmet)
    refused = leaks(before, suspects, limit=leak_auc)
    before = before.without({one.name for one in refused})
    before = before.without(_constant(before))
    before = before.without(_copies(before))
    if now is not None:
        now = now[:, [later.names.index(name) for name in before.names]]
    later = later.without(set(later.names) - set(before.names))
    if not before.names:
        return ChurnFit(None, None, "no feature differs between customers")
    models = {kind: fit(kind, before.names, before.values, before.left) for kind in ("logistic", "boosted")}
    scores = {kind: model.chance(model.parts(later.values)) for kind, model in models.items()}
    chosen = _winner(scores, later.left)
    both = np.concatenate([before.values, later.values])
    final = fit(chosen, before.names, both, np.concatenate([before.left, later.left]))
    rate = float(later.left.mean())
    card = ModelCard(
        trained_on=len(before),
        tried_on=len(later),
        left_before=float(before.left.mean()),
        left_later=rate,
        chosen=chosen,
        trials=tuple(_trial(kind, score, later.left) for kind, score in scores.items()),
        base_brier=rate * (1 - rate),
        calibration=calibration_table(scores[chosen], later.left),
        lift=lift_table(scores[chosen], later.left),
        drivers=_drivers(final, later.values),
        refused=tuple(refused),
        drift=None
        if now is None or not len(now)
        else watch(later.names, later.values, now, scores[chosen], later.left, limits=limits),
    )
    return ChurnFit(final, card, "")


def _winner(scores: dict[str, FloatArray], happened: BoolArray) -> str:
    found = auc_gain(scores["logistic"], scores["boosted"], happened)
    return "boosted" if found.gain > TIE_AUC and found.gain > TIE_Z * found.error else "logistic"


def _trial(kind: str, chance: FloatArray, happened: BoolArray) -> Trial:
    auc, covariance = delong(chance[None, :], happened)
    reach = 1.96 * float(np.sqrt(covariance[0, 0]))
    middle = float(auc[0])
    return Trial(kind, middle, (max(middle - reach, 0.0), min(middle + reach, 1.0)), brier(chance, happened))


def _drivers(model: ChurnModel, values: FloatArray) -> tuple[tuple[str, float], ...]:
    size = np.abs(model.parts(values)).mean(axis=0)
    order = np.argsort(-size, kind="stable")
    return tuple((model.names[place], float(size[place])) for place in order)


def _constant(sample: Sample) -> set[str]:
    """Features that are the same, or not known, of everybody."""
    return {
        name
        for place, name in enumerate(sample.names)
        if len(np.unique(sample.values[:, place][~np.isnan(sample.values[:, place])])) < 2
    }


def _copies(sample: Sample) -> set[str]:
    """Features that say what an earlier one says already, so that a reason is not told twice."""
    known = ~np.isnan(sample.values)
    found: set[str] = set()
    for place in range(1, len(sample.names)):
        for earlier in range(place):
            if sample.names[earlier] in found or (known[:, place] != known[:, earlier]).any():
                continue
            rows = known[:, place]
            if abs(np.asarray(np.corrcoef(sample.values[rows][:, [earlier, place]].T))[0, 1]) > SAME:
                found.add(sample.names[place])
                break
    return found
