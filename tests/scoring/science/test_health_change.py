"""A change of health splits exactly: by hand, and as laws that hold whatever the numbers."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from retention.scoring.science.health import score_health
from retention.scoring.science.health_cards import SHOP
from retention.scoring.science.health_change import (
    CAP,
    SHARED,
    known_throughout,
    rounded_to_total,
    shapley,
    split_change,
    terms,
)

CARD = replace(SHOP, least_weight=0)
GOOD = {metric.code: metric.good for metric in SHOP.metrics}
NONE = float("nan")
reals = st.floats(-50, 50, allow_nan=False)


def tables(players: int) -> st.SearchStrategy[npt.NDArray[np.float64]]:
    return arrays(np.float64, (1 << players, 4), elements=reals)


def table() -> st.SearchStrategy[npt.NDArray[np.float64]]:
    return st.integers(1, 5).flatmap(tables)


def by_all_orders(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The definition: the mean over every order of switching."""
    players = len(values).bit_length() - 1
    orders = list(permutations(range(players)))
    parts = np.zeros((players, values.shape[1]))
    for order in orders:
        so_far = 0
        for player in order:
            parts[player] += values[so_far | (1 << player)] - values[so_far]
            so_far |= 1 << player
    return parts / len(orders)


@given(table())
def test_it_is_the_mean_over_all_orders_and_adds_up(values: npt.NDArray[np.float64]) -> None:
    parts = shapley(values)
    np.testing.assert_allclose(parts, by_all_orders(values), atol=1e-9)
    np.testing.assert_allclose(parts.sum(axis=0), values[-1] - values[0], atol=1e-9)


@given(table())
def test_looking_back_gives_the_same_parts_with_the_other_sign(values: npt.NDArray[np.float64]) -> None:
    np.testing.assert_allclose(shapley(values[::-1]), -shapley(values), atol=1e-9)


@given(tables(3))
def test_who_changes_nothing_gets_nothing(values: npt.NDArray[np.float64]) -> None:
    values[4:] = values[:4]  # the third player makes no difference
    np.testing.assert_allclose(shapley(values)[2], 0, atol=1e-12)


def test_two_players_by_hand() -> None:
    parts = shapley(np.array([[10.0], [4.0], [12.0], [2.0]]))
    np.testing.assert_allclose(parts.ravel(), [((4 - 10) + (2 - 12)) / 2, ((12 - 10) + (2 - 4)) / 2])


def test_a_table_that_lacks_a_set_is_refused() -> None:
    with pytest.raises(ValueError, match="each set"):
        shapley(np.zeros((3, 1)))


def test_terms_by_hand() -> None:
    x = pd.DataFrame([GOOD | {"nps_last": NONE, "tone": 0.0}, GOOD])
    wounds = pd.DataFrame({"severe_complaint": [False, True]})
    health = score_health(CARD, x, wounds=wounds)
    throughout = known_throughout([health])
    assert [code for code, known in zip(CARD.codes, throughout, strict=True) if not known] == ["nps_last"]
    found = terms(health, throughout)
    own = [dict(zip(CARD.codes, row, strict=False)) for row in found]
    assert [one["nps_last"] for one in own] == [0, 0]
    assert [one["tone"] for one in own] == pytest.approx([7, 14])  # without the other, the family's 14 is all on tone
    assert found[:, SHARED] == pytest.approx([0, 0])  # where it is known, it is as good as tone
    assert found[0, CAP] == 0
    assert found[1, CAP] == pytest.approx(39 - 100)
    np.testing.assert_allclose(found.sum(axis=1), [93, 39])


@settings(max_examples=60)
@given(arrays(np.float64, (6, 12), elements=st.floats(-1, 12) | st.just(NONE)), arrays(np.bool_, (6, 2)))
def test_terms_sum_to_the_score_whatever_is_missing(
    x: npt.NDArray[np.float64], wounded: npt.NDArray[np.bool_]
) -> None:
    wounds = pd.DataFrame(wounded, columns=[cap.code for cap in CARD.caps])
    health = score_health(CARD, pd.DataFrame(x, columns=list(CARD.codes)), wounds=wounds)
    found = terms(health, known_throughout([health]))
    np.testing.assert_allclose(found.sum(axis=1), health.score, atol=1e-9)
    assert (found[:, CAP] <= 0).all()


@given(arrays(np.float64, (2, 12), elements=st.floats(-1, 12)), st.lists(st.integers(0, 11), max_size=6))
def test_where_the_same_metrics_have_data_each_gets_the_change_of_what_it_adds(
    x: npt.NDArray[np.float64], missing: list[int]
) -> None:
    x[:, missing] = NONE
    health = score_health(CARD, pd.DataFrame(x, columns=list(CARD.codes)))
    found = terms(health, known_throughout([health]))
    np.testing.assert_allclose(found[:, :SHARED], np.nan_to_num(health.contribution), atol=1e-9)
    np.testing.assert_allclose(found[:, SHARED], 0, atol=1e-9)


def test_a_split_knows_both_ends() -> None:
    split = split_change(np.array([[30.0, 20.0], [10.0, 25.0]]))
    assert (split.before, split.after) == (50, 35)
    assert split.by_player.tolist() == [-15]


@given(arrays(np.float64, st.integers(1, 15), elements=reals))
def test_rounded_parts_add_up_to_the_rounded_total(parts: npt.NDArray[np.float64]) -> None:
    total = float(parts.sum())
    rounded = rounded_to_total(parts, total)
    assert round(float(rounded.sum()), 6) == round(round(total / 0.1) * 0.1, 6)
    assert np.abs(rounded - parts).max() < 0.1 + 1e-6
