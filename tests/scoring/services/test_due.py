"""The days on which time alone changes something, against looking at every day."""

from __future__ import annotations

import numpy as np
import pytest

from retention.scoring.frames.days import CustomerDays
from retention.scoring.frames.frame import Frame
from retention.scoring.science.bg_nbd import BgNbdParameters, p_alive
from retention.scoring.science.purchases import PurchaseHistory
from retention.scoring.services.due import LOOK_AHEAD, NEVER, fades_on, next_turns
from retention.scoring.services.lifetime import Parameters, chance_of_return

DAY, AHEAD = 20_000, 60
SIZE = 300


def counts(days: CustomerDays, day: int, threshold: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """As `standing.rhythm_counts` counts them."""
    until = np.full(SIZE, float(day))
    middle = day - 2 * threshold
    return days.count_between(SIZE, middle, until), days.count_between(SIZE, middle - 2 * threshold, middle)


@pytest.mark.parametrize("seed", range(5))
def test_the_next_turn_is_the_first_day_on_which_the_larger_count_is_another(seed: int) -> None:
    dice = np.random.default_rng(seed)
    threshold = dice.choice([7.0, 9.5, 10.1, 13.25, 20.0, 27.0 + 0.9], SIZE)
    keys = np.unique(dice.integers(0, SIZE, 4000) * 1000 + dice.integers(0, 120, 4000))
    customer, back = np.divmod(keys, 1000)
    order = np.lexsort((DAY - back, customer))
    days = CustomerDays(customer[order], (DAY - back)[order])
    until = np.full(SIZE, float(DAY + AHEAD))
    until[: SIZE // 4] = DAY  # not active: nothing turns
    turns = next_turns(days, Frame(np.arange(SIZE), {}), DAY, threshold, until)
    recent, before = counts(days, DAY, threshold)
    larger = recent > before
    expected = np.full(SIZE, NEVER)
    for ahead in range(AHEAD - 1, 0, -1):
        recent, before = counts(days, DAY + ahead, threshold)
        expected = np.where(((recent > before) != larger) & (until > DAY), DAY + ahead, expected)
    named = turns != expected
    assert (turns[named] < expected[named]).all()  # several changes on one day may cost a look, never a day
    assert named.mean() < 0.2
    assert (expected < NEVER).mean() > 0.2


def test_the_chance_of_a_return_is_followed_to_the_day_on_which_it_fades() -> None:
    dice = np.random.default_rng(3)
    model = BgNbdParameters(r=0.24, alpha=4.4, a=0.79, b=2.4, unit_days=7)
    frequency = dice.integers(0, 6, SIZE)
    first = DAY - dice.integers(200, 700, SIZE)
    last = np.where(frequency > 0, np.minimum(first + dice.integers(6, 200, SIZE), DAY), first)
    frame = Frame(
        np.arange(SIZE),
        {
            "first_order_on": first,
            "last_order_on": last,
            "order_days": frequency + 1,
            "repeat_revenue": frequency * 10.0,
        },
    )

    def chance(day: int) -> np.ndarray:
        history = PurchaseHistory(frequency, last - first, day - first)
        return chance_of_return(model, history, p_alive(model, history), 365)

    limit = float(np.median(chance(DAY + 10)))
    expected = np.full(SIZE, DAY + LOOK_AHEAD)
    for ahead in range(LOOK_AHEAD - 1, 0, -1):
        expected = np.where(chance(DAY + ahead) < limit, DAY + ahead, expected)
    found = fades_on(frame, DAY, Parameters(7, "bg_nbd", model, None), limit)
    np.testing.assert_array_equal(found, expected)
    assert len(np.unique(found)) > 3
