"""Data that no model can be fitted to: the doors answer, say why there is no model, and invent no figure."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from retention.scoring.models import CustomerScore
from tenants.models import Tenant
from tests.scoring.loading import load_orders
from tests.scoring.test_commands import call

START = datetime.fromisoformat("2023-01-01T12:00:00+00:00")
END, HOLDOUT_END = date(2023, 12, 31), date(2024, 3, 31)


def bought(rows: list[tuple[int, int, float]]) -> pd.DataFrame:
    """(customer, day, amount) each."""
    return pd.DataFrame(
        {
            "order_id": [f"d-{n}" for n in range(len(rows))],
            "customer": [f"c{customer:03d}" for customer, _day, _amount in rows],
            "ordered_at": [START + timedelta(days=day) for _customer, day, _amount in rows],
            "amount": [amount for _customer, _day, amount in rows],
        }
    )


def once_each() -> pd.DataFrame:
    return bought([(n, n % 300, 10 + n % 7) for n in range(200)])


def nobody_leaves() -> pd.DataFrame:
    """Everybody once a month to the end, at one price."""
    return bought([(n, n % 30 + 30 * turn, 20.0) for n in range(150) for turn in range(15)])


def one_customer() -> pd.DataFrame:
    return bought([(0, day, 5.0) for day in (0, 40, 90)])


def all_for_nothing() -> pd.DataFrame:
    return bought([(n, n % 60 + 45 * turn, 0.0) for n in range(150) for turn in range(1 + n % 5)])


def big_spenders_buy_often() -> pd.DataFrame:
    dice = np.random.default_rng(3)
    return bought(
        [
            (n, int(day), float(round(5 + 4 * (n % 12) + dice.uniform(0, 1), 2)))
            for n in range(400)
            for day in dice.choice(360, 1 + n % 12, replace=False)
        ]
    )


def figures(answer: Any) -> list[float]:
    """Every number of an answer, however deep."""
    if isinstance(answer, dict):
        return [figure for part in answer.values() for figure in figures(part)]
    if isinstance(answer, list):
        return [figure for part in answer for figure in figures(part)]
    return [answer] if isinstance(answer, float) else []


@pytest.mark.parametrize(
    ("world", "unfitted"),
    [
        (once_each, {"bg_nbd", "mbg_nbd", "pareto_nbd", "gamma_gamma", "churn"}),
        (nobody_leaves, {"bg_nbd", "mbg_nbd", "pareto_nbd", "gamma_gamma", "churn"}),
        (one_customer, {"bg_nbd", "mbg_nbd", "pareto_nbd", "gamma_gamma", "churn"}),
        (all_for_nothing, {"gamma_gamma", "churn"}),
        (big_spenders_buy_often, {"churn"}),
    ],
)
def test_the_doors_answer_and_say_why_there_is_no_model(tenant: Tenant, world: Any, unfitted: set[str]) -> None:
    load_orders(world())
    code, answer = call("score", "acme", "--as-of", END.isoformat())
    assert code == 0
    for name in unfitted:
        assert (name, answer["models"][name]["identified"]) == (name, False)
        assert answer["models"][name]["reason"]
    code, check = call(
        "validate", "acme", "--calibration-end", END.isoformat(), "--holdout-end", HOLDOUT_END.isoformat()
    )
    assert code == 0
    assert all(math.isfinite(figure) for figure in figures([answer, check]))
    shown = CustomerScore.current.filter(expected_90d__isnull=False).exists()
    assert shown == answer["models"]["bg_nbd"]["identified"]
    if not answer["models"]["gamma_gamma"]["identified"]:
        assert not CustomerScore.current.filter(clv__isnull=False).exists()


def test_refunds_alone_make_nobody_a_customer(tenant: Tenant) -> None:
    load_orders(bought([(n, n, -10.0) for n in range(5)]))
    code, answer = call("score", "acme", "--as-of", END.isoformat())
    assert (code, answer["pools"]["none"]) == (0, 5)
    assert CustomerScore.current.filter(frequency__isnull=False).count() == 0
