"""The holdout check: the paper's forecast on CDNOW, and ranking against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from retention.scoring.science.bg_nbd import expected_purchases, fit_bg_nbd
from retention.scoring.science.purchases import PurchaseSummary
from retention.scoring.science.validation import auc, check_forecast, lift_table

from .published import published


@pytest.mark.data
def test_the_published_forecast(cdnow: PurchaseSummary, cdnow_later: np.ndarray) -> None:
    figures = published("cdnow")["holdout"]
    expected = expected_purchases(fit_bg_nbd(cdnow.history).parameters, cdnow.history, 273)
    check = check_forecast(expected, cdnow_later, cdnow.history.frequency)
    assert check.actual == figures["actual"]
    assert check.predicted == pytest.approx(figures["predicted"], rel=0.01)
    assert check.auc == pytest.approx(figures["auc"], abs=0.005)
    assert check.customers == sum(row.customers for row in check.by_frequency) == 2357
    assert [row.frequency for row in check.by_frequency] == list(range(8))
    assert [row.or_more for row in check.by_frequency] == [False] * 7 + [True]
    assert sum(row.customers * row.actual_mean for row in check.by_frequency) == pytest.approx(1882)
    assert sum(row.customers * row.predicted_mean for row in check.by_frequency) == pytest.approx(check.predicted)
    assert check.lift[0].lift > 2 > 1 > check.lift[-1].lift


def test_small_sums_by_hand() -> None:
    check = check_forecast(np.array([2.0, 0.5, 0.1]), np.array([1, 1, 0]), np.array([9, 0, 0]))
    assert check.predicted == pytest.approx(2.6)
    assert check.actual == 2
    assert check.mae == pytest.approx((1 + 0.5 + 0.1) / 3)
    assert check.by_frequency[-1].predicted_mean == 2.0
    assert check.auc == 1.0
    rows = [(row.frequency, row.or_more, row.customers, row.actual_mean) for row in check.by_frequency]
    assert rows == [(0, False, 2, 0.5), (7, True, 1, 1.0)]


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=80))
@settings(max_examples=100, deadline=None)
def test_auc_equals_scikit_learn_with_ties(rows: list[tuple[int, bool]]) -> None:
    score = np.array([row[0] for row in rows], dtype=np.float64)
    happened = np.array([row[1] for row in rows])
    if happened.all() or not happened.any():
        assert np.isnan(auc(score, happened))
    else:
        assert auc(score, happened) == pytest.approx(roc_auc_score(happened, score), abs=1e-12)


def test_a_forecast_of_zero_ranks_like_a_coin() -> None:
    actual = np.r_[np.ones(10, np.int64), np.zeros(90, np.int64)]
    check = check_forecast(np.zeros(100), actual, np.zeros(100, np.int64))
    assert check.mae == pytest.approx(0.1)  # small, and worth nothing
    assert check.auc == 0.5


def test_lift_parts_cover_everybody_and_average_to_one() -> None:
    generator = np.random.default_rng(3)
    rows = lift_table(generator.random(1_003), generator.random(1_003) < 0.2, parts=10)
    assert sum(row.customers for row in rows) == 1_003
    assert sum(row.lift * row.customers for row in rows) / 1_003 == pytest.approx(1)
    assert lift_table(np.ones(5), np.zeros(5, dtype=bool)) == ()


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="equally long"):
        check_forecast(np.ones(2), np.ones(3, np.int64), np.ones(2, np.int64))


def test_nobody_to_check_is_no_error() -> None:
    check = check_forecast(np.empty(0), np.empty(0, np.int64), np.empty(0, np.int64))
    assert (check.customers, check.predicted, check.actual, check.by_frequency) == (0, 0.0, 0, ())
    assert np.isnan(check.mae)
    assert np.isnan(check.auc)
