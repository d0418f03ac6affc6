"""Benefits used are those of the granted ones: one that was granted before the window is neither."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from retention.customers.models import Customer, Order
from retention.scoring.features.benefits import BENEFITS
from retention.scoring.frames.features import load_features
from retention.scoring.frames.states import category_ids_by_code, load_states
from retention.scoring.moment import Moment
from retention.scoring.rules import rules_in_force
from retention.scoring.selectors.trends import benefit_perception
from retention.scoring.services.ranges import ranges_of_customers
from tenants.models import Tenant
from tests.scoring.loading import load_events, load_orders

DAY = date(2024, 3, 31)
FACTS = {
    "by its id": [("granted", "2024-02-01", {"benefit_id": "b1"}), ("used", "2024-02-09", {"benefit_id": "b1"})],
    "by its code": [("granted", "2024-02-01", {"coupon": "k1"}), ("used", "2024-02-09", {"coupon": "k1"})],
    "of one offer, the other code": [
        ("granted", "2024-02-01", {"benefit_id": "offer", "coupon": "k1"}),
        ("granted", "2024-02-02", {"benefit_id": "offer", "coupon": "k2"}),
        ("used", "2024-02-09", {"benefit_id": "offer", "coupon": "k2"}),
    ],
    "granted too long ago": [
        ("granted", "2023-12-01", {"benefit_id": "old"}),
        ("granted", "2024-02-01", {"benefit_id": "new"}),
        ("used", "2024-02-09", {"benefit_id": "old"}),
    ],
    "told twice": [
        ("granted", "2024-02-01", {"benefit_id": "b1"}),
        ("granted", "2024-02-01", {"benefit_id": "b2"}),
        ("used", "2024-02-09", {"benefit_id": "b1"}),
        ("used", "2024-02-10", {"benefit_id": "b1"}),
    ],
    "without a name": [("granted", "2024-02-01", {}), ("granted", "2024-02-03", {}), ("used", "2024-02-09", {})],
    "used before it was granted": [
        ("granted", "2024-02-09", {"benefit_id": "b1"}),
        ("used", "2024-02-01", {"benefit_id": "b1"}),
    ],
    "used after the day": [
        ("granted", "2024-02-01", {"benefit_id": "b1"}),
        ("used", "2024-04-01", {"benefit_id": "b1"}),
    ],
    "an order with its code": [("granted", "2024-02-01", {"benefit_id": "offer", "coupon": "SPRING"})],
    "an order before it": [("granted", "2024-03-30", {"coupon": "SPRING"})],
    "only used": [("used", "2024-02-09", {"benefit_id": "b9"})],
}
EXPECTED = {
    "by its id": (1, 1),
    "by its code": (1, 1),
    "of one offer, the other code": (2, 1),
    "granted too long ago": (1, 0),
    "told twice": (2, 1),
    "without a name": (2, 1),
    "used before it was granted": (1, 0),
    "used after the day": (1, 0),
    "an order with its code": (1, 1),
    "an order before it": (1, 0),
    "only used": (0, 0),
}


@pytest.fixture
def benefits(tenant: Tenant) -> None:
    load_events(
        (who, f"benefit_{what}", f"{day}T08:00:00+00:00", json.dumps(names))
        for who, facts in FACTS.items()
        for what, day, names in facts
    )
    with_code = ["an order with its code", "an order before it"]
    load_orders(
        pd.DataFrame(
            {"order_id": with_code, "customer": with_code, "ordered_at": "2024-03-01T09:00:00+00:00", "amount": 9}
        )
    )
    Order.objects.update(coupon="SPRING")


@pytest.mark.usefixtures("benefits")
def test_what_was_granted_in_the_window_counts_and_whether_it_was_used() -> None:
    moment, rules = Moment(DAY, "UTC"), rules_in_force()
    (everybody,) = ranges_of_customers(100)
    states = load_states(moment, everybody, category_ids_by_code())
    frame = load_features(moment, everybody, rules, states, only=[BENEFITS])
    names = dict(Customer.objects.values_list("id", "external_id"))
    granted, used = frame["benefits_granted"].tolist(), frame["benefits_used"].tolist()
    pairs = zip(states.ids.tolist(), zip(granted, used, strict=True), strict=True)
    found = {names[key]: pair for key, pair in pairs}
    assert found == EXPECTED


@pytest.mark.usefixtures("benefits")
def test_the_tenants_share_is_of_customers_who_count() -> None:
    Customer.objects.filter(external_id="told twice").update(kind="staff")
    granted = sum(pair[0] for pair in EXPECTED.values()) - 2
    used = sum(pair[1] for pair in EXPECTED.values()) - 1
    assert benefit_perception(Moment(DAY, "UTC"), rules_in_force()) == {
        "granted": granted,
        "used": used,
        "value": used / granted,
    }
