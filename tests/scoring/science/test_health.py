"""Health: hand sums, the rules for missing data, caps, and contributions that always add up."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from retention.scoring.science.health import FAMILIES, Health, merged, score_health
from retention.scoring.science.health_cards import SHOP, SOFTWARE
from retention.scoring.science.health_metrics import Absence, Family, Scorecard

GOOD = {metric.code: metric.good for metric in SHOP.metrics}
BAD = {metric.code: metric.bad for metric in SHOP.metrics}
WEIGHT = {metric.code: metric.weight for metric in SHOP.metrics}
NONE = float("nan")


def shop(*customers: dict[str, float], **options: pd.DataFrame) -> Health:
    """Customers in perfect health but for what is said of them."""
    return score_health(SHOP, pd.DataFrame([GOOD | customer for customer in customers]), **options)


def column(health: Health, code: str) -> int:
    return health.card.codes.index(code)


def test_perfect_and_hopeless() -> None:
    health = shop({}, BAD, {code: (GOOD[code] + BAD[code]) / 2 for code in GOOD})
    np.testing.assert_allclose(health.score, [100, 0, 50], atol=1e-9)
    assert health.band.tolist() == ["healthy", "risk", "watch"]
    np.testing.assert_allclose(health.families[2], 50)


def test_x_beyond_the_bounds_gains_and_loses_nothing_more() -> None:
    health = shop({"login_gap": 9.0, "browse_days": 300.0})
    assert health.points[0, column(health, "login_gap")] == 0
    assert health.points[0, column(health, "browse_days")] == 100
    assert health.score[0] == pytest.approx(100 - WEIGHT["login_gap"])


def test_a_dropped_metric_leaves_its_weight_to_its_family() -> None:
    health = shop({"nps_last": NONE, "tone": -0.5})
    assert health.weight[0, column(health, "tone")] == pytest.approx(14)
    assert health.score[0] == pytest.approx(86)
    assert health.present[0] == 91
    assert np.isnan(health.points[0, column(health, "nps_last")])


def test_a_dropped_family_leaves_its_weight_to_all_others() -> None:
    health = shop({"nps_last": NONE, "tone": NONE, "login_gap": 2.0})
    assert health.weight[0, column(health, "login_gap")] == pytest.approx(12 * 100 / 86)
    assert health.score[0] == pytest.approx(100 - 12 * 100 / 86)
    assert np.isnan(health.families[0, FAMILIES.index(Family.SENTIMENT)])


@pytest.mark.parametrize(
    ("code", "absence", "points"),
    [
        ("login_gap", Absence.NEVER, 0.0),
        ("login_gap", Absence.NO_FEED, NONE),
        ("login_gap", Absence.UNSTATED, NONE),
        ("reply_rate", Absence.ALL_OFF, 0.0),
        ("reply_rate", Absence.TOO_FEW, NONE),
        ("complaint_wait", Absence.NONE, 100.0),
        ("complaint_wait", Absence.UNSTATED, 100.0),
        ("complaint_wait", Absence.NO_FEED, NONE),
    ],
)
def test_what_is_missing_is_judged_by_why(code: str, absence: Absence, points: float) -> None:
    health = shop({code: NONE}, absence=pd.DataFrame({code: [int(absence)]}))
    np.testing.assert_equal(health.points[0, column(health, code)], points)


def test_an_absence_stated_beside_a_known_x_changes_nothing() -> None:
    stated = pd.DataFrame({"login_gap": [int(Absence.NEVER)]})
    assert shop({}, absence=stated).score.tolist() == shop({}).score.tolist()


def test_under_half_of_the_weight_is_not_enough_data() -> None:
    dropped = ["purchase_silence", "order_trend", "benefit_use", "login_gap"]  # 43
    enough, too_little = (dict.fromkeys(codes, NONE) for codes in (dropped, [*dropped, "order_faults"]))
    health = shop(enough, too_little, wounds=pd.DataFrame({"nps_very_low": [False, True]}))
    assert health.present.tolist() == [57, 49]
    assert health.score[0] == pytest.approx(100)
    assert np.isnan(health.score[1])
    assert health.band.tolist() == ["healthy", ""]
    assert health.cap.tolist() == ["", ""]


def test_exactly_half_of_the_weight_is_enough() -> None:
    dropped = ["purchase_silence", "order_trend", "benefit_use", "login_gap", "browse_days", "tone"]
    card = SHOP.with_weights({"tone": 1, "nps_last": 13})
    health = score_health(card, pd.DataFrame([GOOD | dict.fromkeys(dropped, NONE)]))
    assert health.present.tolist() == [50]
    assert health.score[0] == pytest.approx(100)


@pytest.mark.parametrize(
    ("score", "band"), [(70.0, "healthy"), (69.999, "watch"), (40.0, "watch"), (39.999, "risk"), (0.0, "risk")]
)
def test_bands_of_the_shop(score: float, band: str) -> None:
    card = SHOP.with_weights(dict.fromkeys(SHOP.codes, 0.0) | {"nps_last": 100.0})
    x = pd.DataFrame([GOOD | {"nps_last": 4 + 5 * score / 100}])
    assert score_health(card, x).band.tolist() == [band]


def test_a_wound_caps_the_score_and_the_parts_stay_as_they_were() -> None:
    wounds = pd.DataFrame({"severe_complaint": [True, True, False], "nps_very_low": [False, True, False]})
    health = shop({}, BAD, {}, wounds=wounds)
    np.testing.assert_allclose(health.score, [39, 0, 100])
    assert health.cap.tolist() == ["severe_complaint", "", ""]
    assert health.band.tolist() == ["risk", "risk", "healthy"]
    np.testing.assert_allclose(health.contribution.sum(axis=1), health.uncapped)


def test_the_cards_of_shop_and_software_differ_in_caps_and_bands() -> None:
    x = pd.DataFrame([{metric.code: metric.good for metric in SOFTWARE.metrics}] * 2)
    health = score_health(SOFTWARE, x, wounds=pd.DataFrame({"handover_overdue": [True, False]}))
    np.testing.assert_allclose(health.score, [49, 100])
    assert health.band.tolist() == ["risk", "healthy"]


def test_a_column_that_is_missing_is_named() -> None:
    with pytest.raises(ValueError, match="no column for metric tone"):
        score_health(SHOP, pd.DataFrame([GOOD]).drop(columns="tone"))


def test_frames_for_tables_keep_the_index() -> None:
    x = pd.DataFrame([GOOD, BAD], index=pd.Index([17, 4], name="customer"))
    health = score_health(SHOP, x)
    frame, parts = health.frame(), health.parts()
    assert frame.index.tolist() == [17, 4]
    assert frame.loc[17, "consumption"] == 100
    assert len(parts) == 24
    assert parts["subject"].unique().tolist() == [17, 4]
    assert parts.groupby("subject")["contribution"].sum().to_dict() == {17: pytest.approx(100), 4: 0}


inputs = arrays(
    np.float64, (4, 12), elements=st.one_of(st.just(NONE), st.floats(-5, 100, allow_nan=False), st.just(0.4))
)
reasons = arrays(np.int64, (4, 12), elements=st.integers(0, len(Absence) - 1))


@given(st.sampled_from([SHOP, SOFTWARE]), inputs, reasons, arrays(bool, (4, 2)))
@settings(max_examples=150, deadline=None)
def test_contributions_sum_to_the_score_and_weights_to_100(
    card: Scorecard, x: np.ndarray, why: np.ndarray, wounded: np.ndarray
) -> None:
    health = score_health(
        card,
        pd.DataFrame(x, columns=list(card.codes)),
        absence=pd.DataFrame(why, columns=list(card.codes)),
        wounds=pd.DataFrame(wounded, columns=[cap.code for cap in card.caps]),
    )
    known = ~np.isnan(health.uncapped)
    assert (known == (health.present >= 50)).all()
    assert (health.contribution.sum(axis=1)[known] == health.uncapped[known]).all()
    np.testing.assert_allclose(health.weight.sum(axis=1), np.where(health.present > 0, 100, 0), atol=1e-9)
    assert ((health.score[known] >= 0) & (health.score[known] <= 100 + 1e-9)).all()
    assert (health.score[known] <= health.uncapped[known]).all()
    assert (np.isnan(health.points) == (health.weight == 0)).all()
    by_family = np.nansum(health.families * _family_weights(health), axis=1) / 100
    np.testing.assert_allclose(by_family[known], health.uncapped[known], atol=1e-9)


def _family_weights(health: Health) -> np.ndarray:
    families = np.array([metric.family for metric in health.card.metrics])
    return np.stack([health.weight[:, families == family].sum(axis=1) for family in FAMILIES], axis=1)


@given(inputs, st.integers(0, 11), st.floats(0, 20))
@settings(max_examples=80, deadline=None)
def test_a_better_x_never_lowers_the_score(x: np.ndarray, place: int, by: float) -> None:
    metric = SHOP.metrics[place]
    better = x.copy()
    better[:, place] += by if metric.good > metric.bad else -by
    before, after = (score_health(SHOP, pd.DataFrame(each, columns=list(SHOP.codes))).score for each in (x, better))
    known = ~np.isnan(before)
    assert (after[known] >= before[known] - 1e-9).all()


def test_healths_by_two_cards_are_merged_in_their_places() -> None:
    other = replace(SHOP.with_weights({"login_gap": 22, "login_decay": 0}), healthy_from=20, watch_from=10)
    x = pd.DataFrame([BAD | {"login_gap": 0.5} for _customer in range(4)])
    here, there = np.array([3, 0]), np.array([1, 2])
    both = merged(SHOP, [(here, score_health(SHOP, x.iloc[here])), (there, score_health(other, x.iloc[there]))])
    assert both.score.tolist() == pytest.approx([12, 22, 22, 12])
    assert both.band.tolist() == ["risk", "healthy", "healthy", "risk"]
    assert both.present.tolist() == [100] * 4
