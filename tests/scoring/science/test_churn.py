"""The churn model: real subscription data, planted leaks, known truths, thin data, and reasons that add up."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sklearn.metrics import roc_auc_score

from retention.scoring.science.churn import ChurnFit, Gate, train
from retention.scoring.science.churn_curves import ChurnModel, Curve, reasons
from retention.scoring.science.churn_fit import fit
from retention.scoring.science.churn_leaks import alone_auc, leaks
from retention.scoring.science.churn_sample import Sample
from retention.scoring.science.validation import brier, calibration_table, delong


@pytest.fixture(scope="module")
def telco(data_dir: Path) -> Sample:
    """7,043 subscribers: numbers as they are, choices as yes or no."""
    rows = pd.read_csv(data_dir / "telco-churn" / "Telco-Customer-Churn.csv")
    left = (rows.pop("Churn") == "Yes").to_numpy()
    rows = rows.drop(columns="customerID")
    rows["TotalCharges"] = pd.to_numeric(rows["TotalCharges"], errors="coerce")
    wide = pd.get_dummies(rows, drop_first=True).astype(float)
    return Sample(tuple(wide.columns), wide.to_numpy(), left)


def out_of_fold(kind: str, sample: Sample, folds: int = 5) -> np.ndarray:
    fold = np.random.default_rng(1).permutation(len(sample)) % folds
    chance = np.empty(len(sample))
    for one in range(folds):
        rest = np.flatnonzero(fold == one)
        model = fit(kind, sample.names, sample.values[fold != one], sample.left[fold != one])
        chance[rest] = model.chance(model.parts(sample.values[rest]))
    return chance


def world(customers: int, seed: int, *, bend: bool = False) -> Sample:
    """Leaving by a truth that is known: silence raises it, log-ins lower it, noise does nothing; gaps."""
    dice = np.random.default_rng(seed)
    silence, logins, noise = dice.gamma(2, 0.4, customers), dice.poisson(3, customers), dice.normal(size=customers)
    curve = 3 * np.sin(2 * silence) if bend else 1.2 * (silence - 0.8)
    left = dice.random(customers) < expit(-0.7 + curve - 0.5 * (logins - 3))
    values = np.column_stack([silence, logins.astype(float), noise])
    values[dice.random(customers) < 0.1, 1] = np.nan
    return Sample(("silence", "logins", "noise"), values, left)


@pytest.mark.data
@pytest.mark.parametrize("kind", ["logistic", "boosted"])
def test_subscribers_are_ranked_and_their_chances_are_true(telco: Sample, kind: str) -> None:
    chance = out_of_fold(kind, telco)
    auc = roc_auc_score(telco.left, chance)
    assert 0.84 <= auc < 0.87  # above it is leakage
    assert brier(chance, telco.left) <= 0.138
    for row in calibration_table(chance, telco.left):
        assert row.happened == pytest.approx(row.foreseen, abs=0.06)


@pytest.mark.data
@pytest.mark.parametrize("told", [0.9, 0.97])
def test_a_planted_leak_is_caught_and_nothing_else_is(telco: Sample, told: float) -> None:
    dice = np.random.default_rng(5)
    knows = np.where(dice.random(len(telco)) < told, telco.left, ~telco.left).astype(float)
    planted = Sample((*telco.names, "refund_flag"), np.column_stack([telco.values, knows]), telco.left)
    assert [one.name for one in leaks(planted, planted.names, limit=0.9)] == ["refund_flag"]
    assert leaks(telco, telco.names, limit=0.9) == []


@pytest.mark.data
def test_a_leak_that_is_only_filled_in_afterwards_is_caught(telco: Sample) -> None:
    reason = np.where(telco.left, np.random.default_rng(2).integers(1, 5, len(telco)), np.nan)
    planted = Sample((*telco.names, "reason_of_leaving"), np.column_stack([telco.values, reason]), telco.left)
    (found,) = leaks(planted, planted.names, limit=0.9)
    assert (found.name, found.auc > 0.99) == ("reason_of_leaving", True)


def test_the_truth_comes_back_and_the_simpler_kind_wins_where_it_is_enough() -> None:
    found = train(world(8000, 1), world(8000, 2))
    assert found.model is not None
    assert found.card is not None
    assert (found.reason, found.card.chosen, found.model.kind) == ("", "logistic", "logistic")
    assert [name for name, _size in found.card.drivers] == ["logins", "silence", "noise"]
    assert found.card.drivers[2][1] < 0.08
    fresh = world(20_000, 3)
    chance = found.model.chance(found.model.parts(fresh.values))
    for row in calibration_table(chance, fresh.left):
        assert row.happened == pytest.approx(row.foreseen, abs=0.035)


def test_boosting_wins_where_the_truth_bends() -> None:
    found = train(world(8000, 1, bend=True), world(8000, 2, bend=True))
    assert found.card is not None
    assert found.card.chosen == "boosted"
    by_kind = {trial.kind: trial for trial in found.card.trials}
    assert by_kind["boosted"].auc > by_kind["logistic"].auc + 0.05
    assert by_kind["boosted"].brier < by_kind["logistic"].brier < found.card.base_brier + 0.001


@pytest.mark.parametrize("bend", [False, True])
def test_each_reason_is_what_the_chance_would_lose_without_it(bend: bool) -> None:
    found = train(world(4000, 1, bend=bend), world(4000, 2, bend=bend))
    model = found.model
    assert model is not None
    values = world(300, 9).values
    parts = model.parts(values)
    chance = model.chance(parts)
    why = reasons(model, parts, most=2)
    assert why.places.shape == why.effects.shape == (300, 2)
    rows = np.arange(300)
    for nth in range(2):
        without = parts.copy()
        without[rows, why.places[:, nth]] = 0
        np.testing.assert_allclose(why.effects[:, nth], chance - model.chance(without), atol=1e-12)
    sizes = np.abs(np.take_along_axis(parts, why.places, axis=1))
    assert (sizes[:, 0] >= sizes[:, 1]).all()
    np.testing.assert_allclose(logit(chance), model.intercept + parts.sum(axis=1), atol=1e-9)


def test_a_model_that_was_kept_says_the_same() -> None:
    for kind in ("logistic", "boosted"):
        sample = world(1500, 4)
        model = fit(kind, sample.names, sample.values, sample.left)
        again = ChurnModel.from_json(json.loads(json.dumps(model.as_json())))
        np.testing.assert_array_equal(again.parts(sample.values), model.parts(sample.values))
        assert again.intercept == model.intercept


def test_equal_data_give_an_equal_model() -> None:
    one, other = train(world(2000, 1), world(2000, 2)), train(world(2000, 1), world(2000, 2))
    assert one == other


@pytest.mark.parametrize(
    ("before", "later", "reason"),
    [
        (300, 800, "too few customers (300 of 500)"),
        (800, 300, "too few customers (300 of 500)"),
    ],
)
def test_under_the_gate_there_is_no_model_and_the_counts_are_said(before: int, later: int, reason: str) -> None:
    found = train(world(before, 1), world(later, 2))
    assert (found.model, found.card) == (None, None)
    assert reason in found.reason


def test_leavers_and_stayers_are_counted_too() -> None:
    sample = world(800, 1)
    stays = Sample(sample.names, sample.values, np.arange(800) < 20)
    leaves = Sample(sample.names, sample.values, np.arange(800) >= 20)
    assert train(stays, sample).reason == "too few who left (20 of 100)"
    assert train(sample, leaves).reason == "too few who stayed (20 of 100)"
    assert train(stays, sample, gate=Gate(100, 10, 10)).model is not None


def test_features_that_say_nothing_are_left_out() -> None:
    flat = Sample(("same", "unknown"), np.column_stack([np.ones(800), np.full(800, np.nan)]), np.arange(800) % 3 == 0)
    assert train(flat, flat) == ChurnFit(None, None, "no feature differs between customers")


def test_a_feature_that_says_the_same_again_is_left_out() -> None:
    def doubled(sample: Sample) -> Sample:
        return Sample(
            (*sample.names, "again"), np.column_stack([sample.values, 7 - 2 * sample.values[:, 0]]), sample.left
        )

    found = train(doubled(world(2000, 1)), doubled(world(2000, 2)))
    assert found.model == train(world(2000, 1), world(2000, 2)).model


def test_areas_and_their_errors_are_those_of_a_bootstrap() -> None:
    dice = np.random.default_rng(3)
    happened = dice.random(600) < 0.3
    score = np.where(happened, dice.normal(0.8, 1, 600), dice.normal(0, 1, 600))
    other = score + dice.normal(0, 1, 600)
    auc, covariance = delong(np.array([score, other]), happened)
    assert auc == pytest.approx([roc_auc_score(happened, score), roc_auc_score(happened, other)], abs=1e-12)
    again = []
    for _ in range(400):
        rows = dice.integers(0, 600, 600)
        again.append([roc_auc_score(happened[rows], score[rows]), roc_auc_score(happened[rows], other[rows])])
    np.testing.assert_allclose(covariance, np.cov(np.array(again).T), rtol=0.35)


def test_one_feature_is_judged_in_whatever_direction_it_points() -> None:
    dice = np.random.default_rng(3)
    left = dice.random(4000) < 0.4
    falls = 1.0 - left + dice.normal(0, 0.3, 4000)
    middle = np.where(left, 0.0, dice.choice([-1.0, 1.0], 4000)) + dice.normal(0, 0.1, 4000)
    assert alone_auc(falls, left) > 0.95
    assert alone_auc(middle, left) > 0.95
    assert alone_auc(dice.normal(size=4000), left) == pytest.approx(0.5, abs=0.05)


def test_a_curve_holds_outliers_and_has_a_place_for_what_is_not_known() -> None:
    line = Curve(missing=0.2, slope=2.0, centre=1.0, low=0.0, high=3.0)
    assert line.at(np.array([1.0, 2.0, 99.0, -5.0, np.nan])).tolist() == [0.0, 2.0, 4.0, -2.0, 0.2]
    steps = Curve(missing=0.5, edges=(0.0, 1.0), values=(-1.0, 0.0, 1.0))
    assert steps.at(np.array([-1.0, 0.0, 0.5, 1.0, np.nan])).tolist() == [-1.0, 0.0, 0.0, 1.0, 0.5]
    for curve in (line, steps):
        x = np.array([0.3, 2.0, np.nan])
        np.testing.assert_allclose(curve.scaled(3).lowered(1).at(x), 3 * curve.at(x) - 1)
