"""A small base that buys now and then: seeded orders over a span of days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

START = datetime.fromisoformat("2024-01-01T12:00:00+00:00")


def orders(customers: int, first_day: int, last_day: int, seed: int) -> pd.DataFrame:
    """About one order every 40 days and customer, between two days counted from START."""
    rng = np.random.default_rng(seed)
    count = rng.poisson((last_day - first_day) / 40, customers)
    customer = np.repeat(np.arange(customers), count)
    day = rng.integers(first_day, last_day, len(customer))
    return pd.DataFrame(
        {
            "order_id": [f"s{seed}-{n}" for n in range(len(customer))],
            "customer": [f"c{n:03d}" for n in customer],
            "ordered_at": [START + timedelta(days=int(d)) for d in day],
            "amount": 10,
        }
    )


def day(number: int) -> date:
    return (START + timedelta(days=number)).date()
