"""Features that know the outcome: written after it, and so of no use for telling it.

Kaufman, Rosset & Perlich (2011), "Leakage in Data Mining", KDD: a feature that is too good, alone or in company, is
looked at before it is believed.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import BoolArray, FloatArray, IntArray
from .churn_fit import fit
from .churn_sample import Sample
from .validation import delong

MOST_TRIED = 5
"""Suspects whose removal is tried, the strongest first: each costs a fit."""
REMOVAL = 0.04
"""A feature whose removal costs more AUC than this knows what it should not: honest ones share what they know."""


@dataclass(frozen=True)
class Refused:
    """A feature that knows the outcome: alone it ranks with this AUC, or the others lose this much without it."""

    name: str
    auc: float
    removal: float


def leaks(sample: Sample, suspects: tuple[str, ...], *, limit: float) -> list[Refused]:
    """Which of `suspects` know the outcome.

    Alone, by the share of leavers in its tenths in the other half of the customers, whether it rises, falls or is
    merely absent; and, for the strongest, by how much worse the others do without it.
    """
    places = [place for place, name in enumerate(sample.names) if name in suspects]
    alone = {sample.names[place]: alone_auc(sample.values[:, place], sample.left) for place in places}
    found = [Refused(name, auc, 0.0) for name, auc in alone.items() if auc >= limit]
    kept = sample.without({one.name for one in found})
    rest = sorted((name for name in alone if name in kept.names), key=lambda name: -alone[name])[:MOST_TRIED]
    if not rest or len(kept.names) < 2:
        return found
    whole = _out_of_fold(kept)
    for name in rest:
        loss = whole - _out_of_fold(kept.without({name}))
        if loss > REMOVAL:
            found.append(Refused(name, alone[name], loss))
    return found


def alone_auc(x: FloatArray, left: BoolArray) -> float:
    """The AUC of one feature by itself, in whatever direction it points; .5 where it says nothing."""
    half = np.arange(len(x)) % 2 == 0
    bins = _bins(x)
    found = []
    for learn in (half, ~half):
        leavers = np.bincount(bins[learn], weights=left[learn], minlength=bins.max() + 1)
        share = (leavers + left.mean()) / (np.bincount(bins[learn], minlength=bins.max() + 1) + 1)
        found.append(delong(share[bins[~learn]][None, :], left[~learn])[0][0])
    return float(np.mean(found))


def _out_of_fold(sample: Sample, folds: int = 3) -> float:
    fold = np.arange(len(sample)) % folds
    scores = np.empty(len(sample))
    for one in range(folds):
        learn = sample.take(np.flatnonzero(fold != one))
        model = fit("logistic", learn.names, learn.values, learn.left, calibrate=False)
        rest = np.flatnonzero(fold == one)
        scores[rest] = model.chance(model.parts(sample.values[rest]))
    return float(delong(scores[None, :], sample.left)[0][0])


def _bins(x: FloatArray) -> IntArray:
    """Tenths of the known values; those not known are the last."""
    known = x[~np.isnan(x)]
    if len(known) == 0:
        return np.zeros(len(x), dtype=np.int64)
    edges = np.unique(np.quantile(known, np.linspace(0, 1, 11)[1:-1]))
    return np.where(np.isnan(x), len(edges) + 1, np.searchsorted(edges, x, side="right")).astype(np.int64)
