"""Fit the two kinds of churn model, each as curves of single features; scikit-learn does the climbing.

Equal inputs give equal models: nothing is drawn but from a fixed seed.
"""

from typing import Any

import numpy as np

from .arrays import BoolArray, FloatArray, IntArray
from .churn_curves import ChurnModel, Curve, signed_log

STEPS = 64
"""Steps of a boosted curve at most."""
FOLDS = 3
"""Each model is fitted this often again, only to calibrate it."""
SKEW = 2.0
"""A column more lopsided than this is taken by its logarithm."""
SEED = 0


def fit(
    kind: str, names: tuple[str, ...], values: FloatArray, left: BoolArray, *, calibrate: bool = True
) -> ChurnModel:
    """A model of `kind`, calibrated out of fold, whose parts are 0 on the mean of `values`."""
    from threadpoolctl import threadpool_limits

    once = {"logistic": _logistic, "boosted": _boosted}[kind]
    with threadpool_limits(1):  # threads that wait for one another on a busy machine take longer than one
        curves, intercept = once(values, left)
        slope, offset = _platt(once, values, left) if calibrate else (1.0, 0.0)
    curves = [curve.scaled(slope) for curve in curves]
    means = [float(curve.at(values[:, place]).mean()) for place, curve in enumerate(curves)]
    centred = tuple(curve.lowered(mean) for curve, mean in zip(curves, means, strict=True))
    return ChurnModel(kind, names, centred, offset + slope * intercept + sum(means))


def _platt(once: Any, values: FloatArray, left: BoolArray) -> tuple[float, float]:
    """Slope and offset that turn log-odds out of fold into chances (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression

    fold = _folds(left)
    odds = np.empty(len(left))
    for one in range(FOLDS):
        curves, intercept = once(values[fold != one], left[fold != one])
        rest = np.flatnonzero(fold == one)
        odds[rest] = intercept + sum(curve.at(values[rest, place]) for place, curve in enumerate(curves))
    sigmoid = LogisticRegression(C=1e6, max_iter=200).fit(odds[:, None], left)
    slope = float(sigmoid.coef_[0, 0])
    return (slope, float(sigmoid.intercept_[0])) if slope > 0 else (1.0, 0.0)


def _folds(left: BoolArray) -> IntArray:
    """Equal shares of leavers and stayers in each fold, whatever the order of the customers."""
    fold = np.empty(len(left), dtype=np.int64)
    generator = np.random.default_rng(SEED)
    for group in (left, ~left):
        rows = np.flatnonzero(group)
        fold[rows] = generator.permutation(len(rows)) % FOLDS
    return fold


def _logistic(values: FloatArray, left: BoolArray) -> tuple[list[Curve], float]:
    from sklearn.linear_model import LogisticRegression

    shapes = [_Line.of(values[:, place]) for place in range(values.shape[1])]
    design = np.column_stack([shape.standard(values[:, place]) for place, shape in enumerate(shapes)])
    absent = np.isnan(values)
    lacking = np.flatnonzero(absent.any(axis=0))
    model = LogisticRegression(C=1.0, max_iter=500).fit(np.column_stack([design, absent[:, lacking]]), left)
    weights = model.coef_[0]
    gaps = dict(zip(lacking.tolist(), weights[len(shapes) :].tolist(), strict=True))
    curves = [shape.curve(float(weights[place]), gaps.get(place, 0.0)) for place, shape in enumerate(shapes)]
    return curves, float(model.intercept_[0])


class _Line:
    """How a column enters the logistic model: held within its outer half percents, as it is or by logarithm."""

    def __init__(self, low: float, high: float, mean: float, spread: float, logarithmic: bool) -> None:
        self.low, self.high, self.mean, self.spread, self.logarithmic = low, high, mean, spread, logarithmic

    @classmethod
    def of(cls, column: FloatArray) -> "_Line":
        known = column[~np.isnan(column)]
        if len(known) == 0:
            return cls(0.0, 0.0, 0.0, 1.0, False)
        low, high = (float(edge) for edge in np.quantile(known, [0.005, 0.995]))
        if low == high:
            low, high = float(known.min()), float(known.max())
        held = np.clip(known, low, high)
        spread = float(held.std())
        third = float(((held - held.mean()) ** 3).mean()) / spread**3 if spread else 0.0
        logarithmic = abs(third) > SKEW and len(np.unique(held[:1000])) > 2
        shape = signed_log(held) if logarithmic else held
        return cls(low, high, float(shape.mean()), float(shape.std()) or 1.0, logarithmic)

    def standard(self, column: FloatArray) -> FloatArray:
        """Mean 0 and spread 1; 0 where not known."""
        held = np.clip(column, self.low, self.high)
        shape = signed_log(held) if self.logarithmic else held
        return np.nan_to_num((shape - self.mean) / self.spread)

    def curve(self, weight: float, missing: float) -> Curve:
        """What the fitted weights come to."""
        slope = weight / self.spread
        return Curve(missing, (), (), slope, self.mean, self.low, self.high, self.logarithmic)


def _boosted(values: FloatArray, left: BoolArray) -> tuple[list[Curve], float]:
    from sklearn.ensemble import HistGradientBoostingClassifier

    edges = [_edges(values[:, place]) for place in range(values.shape[1])]
    binned = np.column_stack([_binned(values[:, place], edge) for place, edge in enumerate(edges)])
    model = HistGradientBoostingClassifier(
        learning_rate=0.08,
        max_iter=300,
        max_leaf_nodes=4,
        min_samples_leaf=max(20, len(left) // 500),
        l2_regularization=1.0,
        interaction_cst="no_interactions",
        early_stopping=True,
        validation_fraction=0.15,
        n_iter_no_change=15,
        random_state=SEED,
    ).fit(binned, left)
    base = np.zeros((1, values.shape[1]))
    grid, rows = [base], []
    for place, edge in enumerate(edges):
        steps = np.repeat(base, len(edge) + 2, axis=0)
        steps[:, place] = [*range(len(edge) + 1), np.nan]
        rows.append(len(steps))
        grid.append(steps)
    odds = model.decision_function(np.concatenate(grid))
    start, parts = float(odds[0]), odds[1:] - odds[0]
    curves = []
    for edge, size in zip(edges, rows, strict=True):
        mine, parts = parts[:size], parts[size:]
        curves.append(Curve(float(mine[-1]), tuple(edge.tolist()), tuple(mine[:-1].tolist())))
    return curves, start


def _edges(column: FloatArray) -> FloatArray:
    """Where a new step begins: between distinct values where there are few, else at quantiles."""
    known = np.unique(column[~np.isnan(column)])
    if len(known) <= STEPS:
        return np.asarray((known[1:] + known[:-1]) / 2)
    return np.unique(np.quantile(column[~np.isnan(column)], np.linspace(0, 1, STEPS + 1)[1:-1]))


def _binned(column: FloatArray, edges: FloatArray) -> FloatArray:
    return np.where(np.isnan(column), np.nan, np.searchsorted(edges, column, side="right"))
