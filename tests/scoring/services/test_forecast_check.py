"""The holdout week by week: every order day of those who had bought before, up to its last day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from retention.scoring.science.bg_nbd import BgNbdParameters
from retention.scoring.science.simulation import simulate_orders
from retention.scoring.services.forecast_check import check_forecasts, weeks_of
from tests.scoring.loading import load_orders

START = datetime.fromisoformat("2023-01-01T12:00:00+00:00")


@pytest.mark.parametrize(
    ("days", "ends", "sums"),
    [(14, [7, 14], [2, 4]), (15, [7, 14, 15], [2, 4, 5]), (5, [5], [1])],
)
def test_weeks_end_with_the_holdout(days: int, ends: list[int], sums: list[int]) -> None:
    assert weeks_of(np.array([7, 1, 8, 14, 15]), days) == (ends, sums)


def test_who_bought_first_in_the_holdout_was_not_forecast(tenant: object) -> None:
    dice = np.random.default_rng(4)
    customer, day = simulate_orders(BgNbdParameters(1.2, 6.0, 0.8, 3.0), np.full(400, 300), dice)
    rows = [(f"c{one}", START + timedelta(days=int(when)), 10.0) for one, when in zip(customer, day, strict=True)]
    rows += [(f"n{one}", START + timedelta(days=240 + one), 10.0) for one in range(30)]
    frame = pd.DataFrame(rows, columns=["customer", "ordered_at", "amount"])
    load_orders(frame.assign(order_id=[f"o{place}" for place in range(len(frame))]))
    end = date(2023, 1, 1) + timedelta(days=209)
    check = check_forecasts(calibration_end=end, holdout_end=end + timedelta(days=60), zone="UTC")["bg_nbd"]
    later = np.unique((customer * 1_000 + day)[(day > 209) & (day <= 269)])
    assert (check["customers"], check["actual"]) == (400, len(later))
    assert check["by_week"][-1] == {"day": 60, "predicted": pytest.approx(check["predicted"]), "actual": len(later)}
    first = np.count_nonzero(later % 1_000 <= 216)
    assert (check["by_week"][0]["day"], check["by_week"][0]["actual"]) == (7, first)
