"""False churn is measured on the past: as of then, by kind, against customers as silent without a sign."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from retention.scoring.enums import FalseChurn
from retention.scoring.models import CustomerScore, ScoreRun, SilenceThreshold, ThresholdOverride
from retention.scoring.selectors.returns import ANY, NONE, return_sentence, returns_of
from tenants.governance.models import Policy
from tenants.models import Tenant
from tests.scoring.loading import NOW, load_events, load_orders, score
from tests.scoring.rhythms import START, day

KINDS = ("cart", "follow", "community")


@pytest.fixture
def short_rhythm(tenant: Tenant) -> None:
    """T is 20 days; one moment; nobody is too few."""
    ThresholdOverride.objects.create(clock="purchase", days=20, reason="test", set_at=NOW)
    for name, value in (("pools.returns_moments", 1), ("pools.returns_minimum", 1)):
        Policy.objects.create(name=name, value=value)


def bought(*rows: tuple[str, int]) -> None:
    frame = pd.DataFrame(
        [(f"{who}-{when}", who, START + timedelta(days=when), 10) for who, when in rows],
        columns=["order_id", "customer", "ordered_at", "amount"],
    )
    load_orders(frame)


def act(who: str, name: str, when: int) -> tuple[str, str, str, str]:
    return who, name, (START + timedelta(days=when)).isoformat(), '{"product_id": "p1"}'


def counts_of(run: ScoreRun) -> dict[str, dict[str, list[int]]]:
    run.refresh_from_db()
    found: dict[str, dict[str, list[int]]] = run.summary["returns"]["counts"]
    return {group: {pool: n for pool, n in by_pool.items() if n[0]} for group, by_pool in found.items()}


def test_signs_and_returns_are_those_of_the_moment(short_rhythm: None) -> None:
    """The moment is day 170, the days of return 171 … 200."""
    bought(*((who, 140) for who in ("ann", "bob", "cleo", "dan", "eve", "gus", "hal")), ("fay", 168), ("ida", 100))
    bought(("ann", 190), ("cleo", 201), ("dan", 200), ("eve", 171), ("fay", 180), ("ida", 170))
    load_events(
        [
            act("ann", "Product Added to Wishlist", 165),
            act("bob", "Product Added to Wishlist", 171),  # not known of at the moment
            act("dan", "Comment Posted", 150),
            act("dan", "Product Added to Wishlist", 150),
            act("eve", "Product Added", 160),
            act("eve", "Product Removed", 161),
            act("gus", "Product Added", 160),
            act("hal", "Comment Posted", 139),  # too long ago
        ]
    )
    run = score(day(200), acts=True)
    assert counts_of(run) == {
        "cart": {"hibernating": [1, 0]},
        "follow": {"hibernating": [2, 2]},
        "community": {"hibernating": [1, 1]},
        "any": {"hibernating": [3, 2]},
        "none": {"hibernating": [4, 1]},  # bob, cleo, eve, hal; eve came back
    }
    assert run.summary["returns"]["moments"] == [day(170).isoformat()]


def test_what_came_later_changes_nothing_of_a_past_moment(short_rhythm: None) -> None:
    bought(("ann", 140), ("ann", 190), ("bob", 140))
    load_events([act("ann", "Product Added to Wishlist", 165)])
    before = counts_of(score(day(200), acts=True))
    bought(("bob", 205))
    load_events([act("bob", "Product Added to Wishlist", 203), act("ann", "Comment Posted", 201)])
    assert counts_of(score(day(200), acts=True)) == before


def test_the_record_says_how_many_like_this_came_back(short_rhythm: None) -> None:
    bought(*((f"c{n}", 140) for n in range(10)), ("zoe", 185))
    bought(*((f"c{n}", 180) for n in range(4)))
    load_events([act(f"c{n}", "Product Added to Wishlist", 165) for n in range(8)])
    load_events([act("zoe", "Product Added to Wishlist", 190), act("c9", "Product Added", 195)])
    run = score(day(200), acts=True)
    found = returns_of(ScoreRun.objects.get(pk=run.pk))
    assert found is not None
    assert (found.group("follow").came.n, found.group("follow").came.back) == (8, 4)
    assert found.group(NONE).difference is None
    assert found.group(ANY).difference is not None
    zoe = CustomerScore.current.select_related("run").get(customer__external_id="zoe")
    assert (zoe.pool, zoe.false_churn) == ("at_risk", "follow")
    assert return_sentence(zoe) == "Of 8 like this in the past, 50% came back within 30 days."
    cart = CustomerScore.current.select_related("run").get(customer__external_id="c9")
    assert return_sentence(cart) == "How many like this come back can’t be told yet: too few (0 of 1)."
    assert return_sentence(CustomerScore.current.select_related("run").get(customer__external_id="c8")) == ""


def test_a_known_difference_is_found_again(short_rhythm: None) -> None:
    """Of the hibernating, half come back with a sign and one in six without. Who is lost has no sign and stays away:
    the plain difference is wider than the truth, the one between equals is not.
    """
    dice, orders, events = np.random.default_rng(8), [(f"away-{n}", 100) for n in range(1000)], []
    for n in range(2000):
        who, signed = f"k{n}", n % 2 == 0
        orders.append((who, 149 - int(dice.integers(0, 9))))
        if signed:
            events.append(act(who, "Comment Posted", 159))
        if dice.random() < (1 / 2 if signed else 1 / 6):
            orders.append((who, 180 + int(dice.integers(0, 30))))
    bought(*orders)
    load_events(events)
    found = returns_of(ScoreRun.objects.get(pk=score(day(209), acts=True).pk))
    assert found is not None
    with_sign, bare = found.group("community"), found.group(NONE)
    assert (with_sign.came.n, bare.came.n) == (1000, 2000)
    assert with_sign.difference is not None
    assert with_sign.difference.interval[0] < 1 / 3 < with_sign.difference.interval[1]
    assert with_sign.came.share - bare.came.share > with_sign.difference.interval[1]


def test_the_public_click_stream_against_pandas(tenant: Tenant, data_dir: Path) -> None:
    """Favourites of 600 users over six months: the counts are those of a plain reading of the file."""
    rows = pd.read_csv(data_dir / "retentioneering-ecom" / "ecom.csv.gz", parse_dates=["timestamp"])
    rows["day"] = rows["timestamp"].dt.normalize()
    paid = rows[rows["event"] == "purchase"]
    orders = pd.DataFrame(
        {
            "order_id": [f"o{n}" for n in range(len(paid))],
            "customer": paid["user_id"].to_numpy(),
            "ordered_at": [f"{moment}+00:00" for moment in paid["timestamp"]],
            "amount": 10,
        }
    )
    wishes = rows[rows["event"] == "wishlist_add"]
    load_orders(orders)
    load_events(
        [
            (who, "Product Added to Wishlist", f"{when}+00:00", "{}")
            for who, when in wishes[["user_id", "timestamp"]].to_numpy()
        ]
    )
    last = rows["day"].max()
    run = score(last.date(), acts=True)
    t = SilenceThreshold.objects.get(run=run, category=None, clock="purchase").days
    naive = {"follow": [0, 0], "none": [0, 0]}
    for back in range(1, 7):
        then = last - timedelta(days=30 * back)
        before = paid[paid["day"] <= then].groupby("user_id")["day"].max()
        silent = before[(then - before).dt.days >= 0.5 * t].index
        followed = set(wishes[(wishes["day"] <= then) & (wishes["day"] > then - timedelta(days=30))]["user_id"])
        came = set(paid[(paid["day"] > then) & (paid["day"] <= then + timedelta(days=30))]["user_id"])
        for who in silent:
            group = naive["follow" if who in followed else "none"]
            group[0] += 1
            group[1] += who in came
    counts = counts_of(run)
    assert {group: np.sum(list(counts[group].values()), axis=0).tolist() for group in naive} == naive
    assert naive["follow"][0] > 20


def test_a_run_of_the_past_measures_nothing(short_rhythm: None) -> None:
    bought(("ann", 140), ("ann", 190))
    score(day(200), acts=True)
    assert "returns" not in score(day(190), acts=True).summary
    assert {*FalseChurn.values} == {*KINDS}


def test_before_anything_is_measured_nothing_is_said(tenant: Tenant) -> None:
    empty: Any = ScoreRun(summary={}, plan={"rules": {}})
    assert returns_of(empty) is None
