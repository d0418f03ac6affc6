"""sBG unless the third parameter earns its keep; and how often terms come up for renewal."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from retention.scoring.science.renewal_choice import choose_renewal_model
from retention.scoring.science.renewal_terms import TERM_BY_NAME, renewals_due
from retention.scoring.science.renewals import RenewalParameters, Renewals
from retention.scoring.science.simulation import simulate_renewals


def simulated(truth: RenewalParameters, seed: int, contracts: int = 4_000) -> Renewals:
    dice = np.random.default_rng(seed)
    return simulate_renewals(truth, dice.integers(1, 9, contracts), dice)


def test_sbg_is_kept_where_it_is_the_truth_in_about_95_of_100() -> None:
    chosen = [choose_renewal_model(simulated(RenewalParameters(0.9, 2.2), seed)) for seed in range(100)]
    assert 90 <= sum(one.model == "sbg" for one in chosen) <= 99


def test_bdw_is_taken_where_chances_to_leave_grow() -> None:
    one = choose_renewal_model(simulated(RenewalParameters(0.8, 3.0, 1.6), 1))
    assert (one.model, one.fit.identified) == ("bdw", True)
    assert one.p_value is not None
    assert one.p_value < 0.01


def test_what_is_not_identified_says_why() -> None:
    one = choose_renewal_model(Renewals(np.array([0, 0]), np.array([50, 500])))
    assert (one.model, one.fit.identified, one.p_value) == ("sbg", False, None)
    assert one.fit.reason == "nobody left: how long contracts last can't be told"


@pytest.mark.parametrize(
    ("term", "next_end", "until", "due"),
    [
        ("monthly", "2024-01-31", "2024-01-30", 0),
        ("monthly", "2024-01-31", "2024-01-31", 1),
        ("monthly", "2024-01-31", "2024-02-28", 1),
        ("monthly", "2024-01-31", "2024-02-29", 2),
        ("monthly", "2023-12-14", "2024-03-13", 3),
        ("quarterly", "2024-03-31", "2024-12-31", 4),
        ("yearly", "2023-12-31", "2025-12-30", 2),
        ("two_yearly", "2023-12-31", "2025-12-31", 2),
        ("weekly", "2024-01-07", "2024-01-20", 2),
    ],
)
def test_how_often_a_term_comes_up(term: str, next_end: str, until: str, due: int) -> None:
    days = [(date.fromisoformat(day) - date(1970, 1, 1)).days for day in (next_end, until)]
    assert renewals_due(TERM_BY_NAME[term], np.array([days[0]]), days[1]).tolist() == [due]


def test_a_grace_is_never_above_half_a_term() -> None:
    graces = {name: term.grace(30) for name, term in TERM_BY_NAME.items()}
    assert graces == {
        "weekly": 3, "monthly": 15, "quarterly": 30, "half_yearly": 30, "yearly": 30, "two_yearly": 30,
    }  # fmt: skip


def test_the_discount_of_a_term_is_that_of_its_months() -> None:
    assert TERM_BY_NAME["yearly"].discount(0.01) == pytest.approx(1.01**12 - 1)
    assert TERM_BY_NAME["weekly"].discount(0.01) == pytest.approx(1.01 ** (7 / 30.4375) - 1)
