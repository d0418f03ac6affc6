"""Two scorecards on one past: the better ranking wins, chance is told from skill, and flips are counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from retention.scoring.science.health import Health, score_health
from retention.scoring.science.health_cards import SHOP
from retention.scoring.science.health_metrics import Scorecard
from retention.scoring.science.health_trial import HealthTrial, TooFew, flips, try_cards

SIZE = 2_000


def card(**weights: float) -> Scorecard:
    """Those metrics alone."""
    return replace(SHOP, metrics=tuple(replace(one, weight=weights.get(one.code, 0.0)) for one in SHOP.metrics))


@pytest.fixture(scope="module")
def world() -> tuple[pd.DataFrame, np.ndarray]:
    """Silence tells who leaves, views tell nothing."""
    dice = np.random.default_rng(8)
    x = pd.DataFrame({metric.code: np.full(SIZE, np.nan) for metric in SHOP.metrics})
    x["purchase_silence"], x["browse_days"] = dice.uniform(0.5, 2, SIZE), dice.uniform(0, 8, SIZE)
    return x, dice.random(SIZE) < (x["purchase_silence"].to_numpy() - 0.5) / 1.5


def test_the_card_that_looks_at_what_matters_ranks_better(world: tuple[pd.DataFrame, np.ndarray]) -> None:
    x, left = world
    blind, seeing = score_health(card(browse_days=100), x), score_health(card(purchase_silence=100), x)
    trial = try_cards(blind, seeing, left, least=100)
    assert isinstance(trial, HealthTrial)
    assert (trial.customers, trial.left) == (SIZE, int(left.sum()))
    assert trial.new.auc == pytest.approx(roc_auc_score(left, -seeing.score))
    assert trial.old.auc == pytest.approx(roc_auc_score(left, -blind.score))
    assert trial.is_told_apart
    assert trial.gain == pytest.approx(trial.new.auc - trial.old.auc)
    lowest = np.argsort(seeing.score)[: SIZE // 10]
    assert trial.new.lowest_tenth == pytest.approx(left[lowest].mean())
    for row in trial.new.bands:
        assert (row.customers, row.left) == ((seeing.band == row.band).sum(), left[seeing.band == row.band].sum())


def test_cards_that_rank_alike_are_not_told_apart(world: tuple[pd.DataFrame, np.ndarray]) -> None:
    x, left = world
    one = score_health(card(purchase_silence=50, browse_days=50), x)
    other = score_health(card(purchase_silence=51, browse_days=49), x)
    trial = try_cards(one, other, left, least=100)
    assert isinstance(trial, HealthTrial)
    assert abs(trial.gain) < 0.01
    same = try_cards(one, one, left, least=100)
    assert isinstance(same, HealthTrial)
    assert (same.gain, same.is_told_apart) == (0.0, False)


def test_where_all_tie_the_lowest_tenth_is_everybody_in_proportion() -> None:
    x = pd.DataFrame({metric.code: np.full(40, np.nan) for metric in SHOP.metrics})
    x["browse_days"] = 4.0
    left = np.arange(40) < 10
    alike = score_health(card(browse_days=100), x)
    trial = try_cards(alike, alike, left, least=10)
    assert isinstance(trial, HealthTrial)
    assert (trial.new.lowest_tenth, trial.new.auc) == (0.25, 0.5)
    assert try_cards(alike, alike, left, least=11) == TooFew(10, 11)


def test_who_flips_is_named_with_the_largest_change_first() -> None:
    x = pd.DataFrame({metric.code: np.full(3, np.nan) for metric in SHOP.metrics})
    x["browse_days"], x["purchase_silence"] = [8.0, 8.0, 0.0], [0.5, 2.0, 1.5]
    old: Health = score_health(card(browse_days=100), x)
    new: Health = score_health(card(purchase_silence=100), x)
    found = flips(old, new)
    assert found.places.tolist() == [1]
    assert (found.counts, found.everybody) == ((("healthy", "risk", 1),), 3)
