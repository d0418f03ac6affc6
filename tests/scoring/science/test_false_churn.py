"""False churn: the three signs, the window, and only for the silent."""

import numpy as np
import pytest

from retention.scoring.science.false_churn import FalseChurn, find_false_churn

NONE = float("nan")


def find(r: float, cart: float, follow: float, community: float) -> FalseChurn:
    return find_false_churn(*(np.array([value]) for value in (r, cart, follow, community)))


@pytest.mark.parametrize(
    ("signs", "words"),
    [
        ((3, NONE, NONE), "cart"),
        ((NONE, 0, NONE), "follow"),
        ((NONE, NONE, 29), "community"),
        ((1, 2, 3), "cart,follow,community"),
        ((30, 31, 400), ""),
        ((NONE, NONE, NONE), ""),
        ((-1, NONE, NONE), ""),
    ],
)
def test_signs_of_the_last_thirty_days(signs: tuple[float, float, float], words: str) -> None:
    found = find(0.7, *signs)
    assert found.words() == [words]
    assert found.found.tolist() == [bool(words)]


@pytest.mark.parametrize(("r", "found"), [(0.49, False), (0.5, True), (5.0, True), (NONE, False)])
def test_only_the_silent_can_be_false_churners(r: float, found: bool) -> None:
    assert find(r, 3, NONE, NONE).found.tolist() == [found]


def test_window_and_bound_are_policy() -> None:
    columns = [np.array([0.4]), np.array([9.0]), np.array([NONE]), np.array([NONE])]
    assert find_false_churn(*columns, window_days=7, silent_from=0.3).found.tolist() == [False]
    assert find_false_churn(*columns, window_days=10, silent_from=0.3).found.tolist() == [True]


def test_nobody() -> None:
    empty = np.empty(0)
    assert find_false_churn(empty, empty, empty, empty).words() == []
