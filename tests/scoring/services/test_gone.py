"""Gone for good is a rule: long lost, hardly expected back, nothing left to try; or they said so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from retention.customers.models import ConsentEntry, Customer, Touch
from retention.scoring.models import CustomerScore, GoneStay, ScoreRun
from tests.scoring.conftest import LAST_DAY
from tests.scoring.loading import load_events, load_orders, score

AS_OF = LAST_DAY + timedelta(days=1)
NOON = datetime.fromisoformat("2024-03-31T12:00:00+00:00")
NAMES = (
    "tried_twice", "tried_once", "wrote_back", "clicked", "clicked_by_robot", "long_ago", "reserved", "no_channel",
    "one_channel_left", "has_cart", "has_analytics_cart", "emptied_it", "said_so", "fetched_invoice",
)  # fmt: skip


def touch(who: str, days_before: int, **fields: Any) -> None:
    values = {"channel": "email", "purpose": "marketing", "occurred_at": NOON - timedelta(days=days_before), **fields}
    customer = Customer.objects.get(external_id=who)
    Touch.objects.create(customer=customer, recorded_at=values["occurred_at"], **values)


def consent(who: str, channel: str, granted: bool) -> None:
    ConsentEntry.objects.create(
        customer=Customer.objects.get(external_id=who),
        channel=channel,
        purpose="marketing",
        granted=granted,
        source="test",
        occurred_at=NOON - timedelta(days=100),
        recorded_at=NOON - timedelta(days=100),
    )


def bought(who: str, days: range, last: str) -> pd.DataFrame:
    """Weekly orders, the last of them on a day."""
    end = pd.Timestamp(f"{last}T12:00:00+00:00")
    rows = [(f"{who}-{n}", who, end - pd.Timedelta(days=7 * n), 20, "milk") for n in days]
    return pd.DataFrame(rows, columns=["order_id", "customer", "ordered_at", "amount", "category"])


def event(who: str, name: str, days_before: int, properties: str = "{}") -> tuple[str, str, str, str]:
    return who, name, (NOON - timedelta(days=days_before)).isoformat(), properties


@pytest.fixture
def gone_or_not(scored: ScoreRun) -> ScoreRun:
    """Beside 300 ordinary customers: some who bought twelve weeks running a year ago and never again."""
    load_orders(pd.concat([bought(name, range(12), "2023-03-31") for name in NAMES]))
    load_orders(pd.concat([bought("late", range(12), "2023-12-31"), bought("still_here", range(12), "2024-03-28")]))
    carts = ("has_cart", "has_analytics_cart", "emptied_it")
    for name in ("tried_twice", "wrote_back", "clicked", "clicked_by_robot", *carts, "late"):
        touch(name, 90)
        touch(name, 30)
    touch("tried_once", 30)
    touch("tried_once", 20, purpose="service")
    touch("wrote_back", 29, two_way=True)
    touch("long_ago", 200)
    touch("long_ago", 190)
    touch("reserved", 30)
    touch("reserved", 20, reserved=True)
    consent("no_channel", "email", False)
    consent("no_channel", "sms", False)
    consent("one_channel_left", "email", False)
    consent("one_channel_left", "sms", True)
    Customer.objects.filter(external_id="one_channel_left").update(phone="+14155550123")
    load_events(
        [
            event("clicked", "message_clicked", 25),
            event("clicked_by_robot", "message_clicked", 25, '{"robot": "true"}'),
            event("has_cart", "Product Added", 5, '{"product_id": "p1"}'),
            event("has_analytics_cart", "add_to_cart", 5),
            event("emptied_it", "add_to_cart", 5),
            event("emptied_it", "remove_from_cart", 4),
            event("said_so", "account_closed", 3),
            event("fetched_invoice", "account_closed", 3),
            event("fetched_invoice", "Logged In", 2),  # orders are this shop's clock
            event("still_here", "account_closed", 2),
        ]
    )
    return score(AS_OF)


def pools(*names: str) -> dict[str, str]:
    rows = CustomerScore.current.filter(customer__external_id__in=names)
    return dict(rows.values_list("customer__external_id", "pool"))


def test_who_is_gone_and_who_is_only_lost(gone_or_not: ScoreRun) -> None:
    assert pools(*NAMES, "late", "still_here") == {
        "tried_twice": "gone",
        "tried_once": "lost",
        "wrote_back": "lost",
        "clicked": "lost",
        "clicked_by_robot": "gone",
        "long_ago": "lost",
        "reserved": "lost",
        "no_channel": "gone",
        "one_channel_left": "lost",
        "has_cart": "lost",
        "has_analytics_cart": "lost",
        "emptied_it": "gone",
        "said_so": "gone",
        "fetched_invoice": "gone",
        "late": "lost",
        "still_here": "gone",
    }
    chances = CustomerScore.current.filter(customer__external_id__in=NAMES).values_list("return_12m", flat=True)
    assert max(chances) < 0.05


def test_it_is_reversible(gone_or_not: ScoreRun) -> None:
    """By an order, by an answer, by a change of mind after a good-bye: each is seen by the next run."""
    load_orders(bought("tried_twice", range(1), "2024-04-02").assign(order_id="back"))
    load_orders(bought("still_here", range(1), "2024-04-02").assign(order_id="again"))
    consent("no_channel", "sms", True)
    ConsentEntry.objects.filter(granted=True).update(occurred_at=NOON, recorded_at=NOON)
    Customer.objects.filter(external_id="no_channel").update(phone="+14155550124")
    score(AS_OF + timedelta(days=2))
    assert pools("tried_twice", "still_here", "no_channel", "said_so") == {
        "tried_twice": "active",
        "still_here": "active",
        "no_channel": "lost",
        "said_so": "gone",
    }
    stays = {stay.customer.external_id: stay.left_on for stay in GoneStay.objects.select_related("customer")}
    assert stays["tried_twice"] == AS_OF + timedelta(days=1)  # the order's own day
    assert stays["no_channel"] == AS_OF + timedelta(days=2)
    assert stays["said_so"] is None
