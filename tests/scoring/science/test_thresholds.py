"""T of a category: real groceries, the sample floor, ancestors, presets and overrides."""

import numpy as np
import pandas as pd
import pytest

from retention.scoring.science.gaps import Gaps, gaps_between, up_the_tree
from retention.scoring.science.thresholds import (
    CategoryRule,
    LearnedThreshold,
    Source,
    ThresholdPolicy,
    learn_thresholds,
)

from .conftest import day_number
from .published import published

NOTHING = Gaps(*np.empty((3, 0), dtype=np.int64))


def gaps(category: int, days: int, count: int, customers: int) -> Gaps:
    return Gaps(np.full(count, days), np.arange(count) % customers, np.full(count, category))


def together(*parts: Gaps) -> Gaps:
    return Gaps(
        np.concatenate([part.duration for part in parts]),
        np.concatenate([part.customer for part in parts]),
        np.concatenate([part.category for part in parts]),
    )


def learn(closed: Gaps, *rules: CategoryRule, **options: ThresholdPolicy) -> list[tuple[float, Source]]:
    return [(learned.days, learned.source) for learned in learn_thresholds(closed, NOTHING, rules, **options)]


@pytest.fixture(scope="module")
def groceries(household_days: pd.DataFrame) -> dict[str, LearnedThreshold]:
    """Every category of Complete Journey, learned in one pass."""
    category = pd.Categorical(household_days["product_category"])
    names = [str(name) for name in category.categories]
    customer, code, day = up_the_tree(
        household_days["household_id"].to_numpy(np.int64),
        category.codes.astype(np.int64),
        household_days["day"].to_numpy(np.int64),
        np.full(len(names), -1),
    )
    closed, still_open = gaps_between(customer, code, day, as_of=day_number(published("complete_journey")["as_of"]))
    learned = learn_thresholds(closed, still_open, [CategoryRule(name) for name in names])
    return {threshold.category: threshold for threshold in learned}


@pytest.mark.data
def test_p90_of_real_groceries(groceries: dict[str, LearnedThreshold]) -> None:
    for name, days in published("complete_journey")["p90"].items():
        learned = groceries[name]
        assert learned.p90 == pytest.approx(days, abs=0.05), name
        assert (learned.days, learned.source) == (learned.p90, Source.OBSERVED)
        assert learned.interval is not None
        assert learned.interval[0] <= days <= learned.interval[1]


@pytest.mark.data
def test_kaplan_meier_of_real_groceries(groceries: dict[str, LearnedThreshold]) -> None:
    for name, days in published("complete_journey")["km_p90"].items():
        reached = groceries[name].km_p90
        assert (reached is None) == (days is None), name
        assert reached == pytest.approx(days, abs=2) if days is not None else True
        assert groceries[name].km_p50 is not None


@pytest.mark.data
def test_every_category_and_the_tenant_have_an_answer(groceries: dict[str, LearnedThreshold]) -> None:
    assert len(groceries) == 303
    assert groceries[""].customers > 2_400
    for learned in groceries.values():
        enough = learned.gaps >= 100 and learned.customers >= 50
        assert learned.source == (Source.OBSERVED if enough else Source.PARENT)
        assert 7 <= learned.days <= 540


@pytest.mark.parametrize(
    ("count", "customers", "expected"),
    [
        (100, 50, (40.0, Source.OBSERVED)),
        (99, 50, (90.0, Source.FLOOR)),
        (100, 49, (90.0, Source.FLOOR)),
    ],
)
def test_the_sample_floor(count: int, customers: int, expected: tuple[float, Source]) -> None:
    assert learn(gaps(0, 40, count, customers), CategoryRule("milk"))[0] == expected


@pytest.mark.parametrize(("days", "kept"), [(2, 7.0), (7, 7.0), (540, 540.0), (700, 540.0)])
def test_observed_days_stay_within_the_limits(days: int, kept: float) -> None:
    assert learn(gaps(0, days, 200, 60), CategoryRule("milk"))[0] == (kept, Source.OBSERVED)


def test_too_few_gaps_ask_the_parent_then_the_tenant_then_the_preset() -> None:
    baby, toys = CategoryRule("baby", preset_days=28), CategoryRule("toys", preset_days=180)
    wipes = CategoryRule("wipes", parent=0, preset_days=28)
    of_parent, of_tenant = gaps(0, 30, 120, 60), gaps(3, 55, 120, 60)
    assert learn(together(of_parent, of_tenant), baby, wipes, toys) == [
        (30.0, Source.OBSERVED),
        (30.0, Source.PARENT),
        (55.0, Source.PARENT),
        (55.0, Source.OBSERVED),
    ]
    assert learn(NOTHING, baby, wipes, toys) == [
        (28, Source.FLOOR),
        (28, Source.FLOOR),
        (180, Source.FLOOR),
        (90.0, Source.FLOOR),
    ]


def test_an_override_wins_here_and_below() -> None:
    closed = together(gaps(0, 30, 120, 60), gaps(2, 55, 120, 60))
    rules = CategoryRule("baby", override_days=45.0), CategoryRule("wipes", parent=0)
    assert learn(closed, *rules)[:2] == [(45.0, Source.OVERRIDE), (45.0, Source.PARENT)]


def test_a_circle_of_parents_ends_at_the_preset() -> None:
    rules = CategoryRule("a", parent=1, preset_days=28), CategoryRule("b", parent=0, preset_days=28)
    assert learn(NOTHING, *rules)[:2] == [(28, Source.FLOOR)] * 2


def test_the_policy_decides() -> None:
    closed = Gaps(np.arange(1, 41), np.arange(40) % 5, np.zeros(40, np.int64))
    policy = ThresholdPolicy(quantile=0.5, minimum_gaps=40, minimum_customers=5, shortest_days=1)
    assert learn(closed, CategoryRule("milk"), policy=policy)[0] == (20.5, Source.OBSERVED)


def test_a_visit_threshold_is_the_tenants_alone() -> None:
    tenant = CategoryRule("log-in", preset_days=14)
    (learned,) = learn_thresholds(gaps(0, 9, 500, 80), NOTHING, [], tenant=tenant)
    assert (learned.category, learned.days, learned.source) == ("log-in", 9.0, Source.OBSERVED)
    (floor,) = learn_thresholds(NOTHING, NOTHING, [], tenant=tenant)
    assert (floor.days, floor.source, floor.p90, floor.interval) == (14, Source.FLOOR, None, None)


def test_open_gaps_are_counted_and_only_move_kaplan_meier() -> None:
    closed, still_open = gaps(0, 40, 100, 50), gaps(0, 400, 300, 300)
    (with_open, _) = learn_thresholds(closed, still_open, [CategoryRule("milk")])
    assert (with_open.open_gaps, with_open.days, with_open.km_p50, with_open.km_p90) == (300, 40.0, None, None)
