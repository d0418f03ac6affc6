"""Silence thresholds from real groceries, and what a threshold falls back to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from retention.customers.models import Category
from retention.scoring.models import ThresholdOverride
from retention.scoring.moment import Moment
from retention.scoring.rules import rules_in_force
from retention.scoring.services.thresholds import learn, preset_days
from tenants.models import Tenant
from tests.scoring.loading import NOW, complete_journey, load_orders

AS_OF = date(2018, 1, 1)  # the last stamps of the panel, in UTC


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.usefixtures("patient")
def test_the_rhythms_of_real_groceries(tenant: Tenant, data_dir: Path) -> None:
    load_orders(complete_journey(data_dir))
    learned = {one.category: one for one in learn(Moment(AS_OF, "UTC"), rules_in_force()).categories}
    p90 = {
        "FLUID MILK PRODUCTS": 34,
        "BABY FOODS": 49,
        "INFANT FORMULA": 66.3,
        "DIAPERS & DISPOSABLES": 73,
        "BATTERIES": 200.2,
    }
    for category, days in p90.items():
        assert learned[category].p90 == pytest.approx(days, abs=1), category
        assert (learned[category].days, learned[category].source) == (learned[category].p90, "observed")
    assert learned["DIAPERS & DISPOSABLES"].km_p90 == pytest.approx(250, abs=2)
    assert learned["FLUID MILK PRODUCTS"].km_p90 == pytest.approx(42, abs=1)
    assert [learned[name].km_p90 for name in ("BABY FOODS", "INFANT FORMULA", "BATTERIES")] == [None] * 3


def test_a_threshold_set_by_hand_wins_and_is_handed_down(tenant: Tenant) -> None:
    drinks = Category.objects.create(code="drinks")
    Category.objects.create(code="milk", parent=drinks)
    ThresholdOverride.objects.create(category=drinks, days=21, reason="weekly delivery", set_at=NOW)
    learned = learn(Moment(AS_OF, "UTC"), rules_in_force())
    assert [(one.category, one.days, one.source) for one in learned.everything()] == [
        ("drinks", 21, "override"),
        ("milk", 21, "parent"),
        ("*", 90, "floor"),
        ("*log_in", 90, "floor"),
    ]


def test_presets_go_by_the_words_in_a_category(tenant: Tenant) -> None:
    rules = rules_in_force()
    names = ("INFANT FORMULA", "奶粉", "Mobile phones", "手机数码", "CHEESE")
    assert [preset_days(name, rules) for name in names] == [28, 28, 180, 180, 90]


def test_gaps_of_many_customers_make_the_threshold_and_few_do_not(tenant: Tenant) -> None:
    start = datetime.fromisoformat("2024-01-01T12:00:00+00:00")
    rows = [
        (f"o{customer}-{week}", f"c{customer}", start + timedelta(weeks=week), 10, category)
        for category, customers in (("weekly", range(60)), ("rare", range(100, 110)))
        for customer in customers
        for week in range(20)
    ]
    load_orders(pd.DataFrame(rows, columns=["order_id", "customer", "ordered_at", "amount", "category"]))
    learned = learn(Moment(date(2024, 6, 1), "UTC"), rules_in_force())
    assert [(one.category, one.gaps, one.customers, one.days, one.source) for one in learned.everything()[:3]] == [
        ("rare", 190, 10, 7, "parent"),
        ("weekly", 1140, 60, 7, "observed"),
        ("*", 1330, 70, 7, "observed"),
    ]
