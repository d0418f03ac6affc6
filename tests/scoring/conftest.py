"""A scored shop, and browsers of its people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from django.test import Client

from retention.scoring.models import ScoreRun
from retention.scoring.science.bg_nbd import BgNbdParameters
from retention.scoring.science.simulation import simulate_orders
from tenants.models import Tenant
from tenants.people.models import User
from tests.scoring.loading import load_events, load_orders, score
from tests.tenants.people.browser import signed_in

SignedIn = Callable[[User], Client]
START = datetime.fromisoformat("2023-01-01T12:00:00+00:00")
LAST_DAY = date(2024, 3, 31)


@pytest.fixture
def browser(acme: Tenant) -> SignedIn:
    """A client at acme's host, signed in as the person given."""
    return signed_in


PEOPLE = 300


@pytest.fixture
def scored(tenant: Tenant) -> ScoreRun:
    """300 customers drawn from the story that BG/NBD tells; two in three buy milk, the others batteries.

    Everybody looks in every sixth day up to the last order. Scored as of LAST_DAY.
    """
    dice = np.random.default_rng(11)
    age = dice.integers(200, 455, PEOPLE)
    customer, day = simulate_orders(BgNbdParameters(1.2, 3.0, 0.8, 3.0), age, dice)
    bought = START + pd.to_timedelta(455 - age[customer] + day, unit="D")
    orders = pd.DataFrame({"customer": [f"c{n:03d}" for n in customer], "ordered_at": bought})
    orders["order_id"] = [f"o{n}" for n in range(len(orders))]
    orders["amount"] = np.round(dice.gamma(4, 3 + customer % 7), 2) + 1
    orders["category"] = np.where(customer % 3, "milk", "batteries")
    spans = orders.groupby("customer")["ordered_at"].agg(["min", "max"])
    visits = [
        (name, "Signed In", str(moment), "{}")
        for name, first, last in spans.itertuples()
        for moment in pd.date_range(first, last, freq="6D")
    ]
    load_orders(orders)
    load_events(visits)
    return score(LAST_DAY)
