"""The compiled SQL finds exactly whom a plain reading of the rule finds, on random customers and random rules."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retention.segments.selectors.members import count_members, rule_members
from tests.segments.world import D, World

TEXTS = ["", "en", "EN-gb", "zh", "zh-hans", "%", "_", "é"]
POOLS = ["", "active", "at_risk", "hibernating", "lost", "gone"]
NUMBERS = [-1, 0, 0.5, 1, 1.5, 2, 30]
WINDOWS = [1, 7, 30, 365]
Facts = dict[str, Any]


def seed(world: World) -> dict[str, Facts]:
    """Sixty customers and what is true of each, by plain reading of what was written."""
    dice = random.Random(7)
    known: dict[str, Facts] = {}
    for n in range(60):
        code = f"c{n:02}"
        born = dice.choice([None, D - timedelta(days=dice.randrange(-3, 40))])
        visits = dice.choice([None, dice.choice(NUMBERS), str(dice.choice(NUMBERS)), "many", True])
        traits = {} if visits is None else {"visits": visits}
        email = dice.choice(["", "a@example.com"])
        someone = world.customer(code, language=dice.choice(TEXTS), birthday=born, email=email, traits=traits)
        orders = [dice.randrange(-2, 60) for _ in range(dice.randrange(4))]
        for day in orders:
            world.order(someone, day)
        logins = [dice.randrange(-2, 60) for _ in range(dice.randrange(4))]
        world.log_in(someone, *logins)
        facts: Facts = {
            "language": someone.language or None,
            "birthday": born,
            "trait_number": float(visits) if visits not in (None, "many") and visits is not True else None,
            "has_email": bool(email),
            "orders": [day for day in orders if day >= 0],
            "behaviour_days": [day for day in logins if day >= 0],
            "login_gap": min((day for day in logins if day >= 0), default=None),
            "pool": None,
            "r": None,
        }
        if dice.random() < 0.8:
            facts["r"], pool = dice.choice([None, *NUMBERS[1:]]), dice.choice(POOLS)
            facts["pool"] = pool or None
            world.score(someone, r=facts["r"], pool=pool)
        known[code] = facts
    world.settle()
    return known


def value_of(clause: dict[str, Any], facts: Facts) -> Any:
    field = clause["field"]
    if field == "orders":
        return sum(day < clause["params"]["days"] for day in facts["orders"])
    if field == "behaviour_days":
        return len({day for day in facts["behaviour_days"] if day < clause["params"]["days"]})
    return facts[field]


def day(text: str) -> date:
    return date.fromisoformat(text)


TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "ge": lambda x, v: x >= v,
    "gt": lambda x, v: x > v,
    "le": lambda x, v: x <= v,
    "lt": lambda x, v: x < v,
    "eq": lambda x, v: x == v,
    "ne": lambda x, v: x != v,
    "is": lambda x, v: x == v,
    "in": lambda x, v: x in v,
    "not_in": lambda x, v: x not in v,
    "contains": lambda x, v: v.lower() in x.lower(),
    "starts": lambda x, v: x.startswith(v),
    "on": lambda x, v: x == day(v),
    "before": lambda x, v: x < day(v),
    "after": lambda x, v: x > day(v),
    "last_days": lambda x, v: D - timedelta(days=v) < x <= D,
    "next_days": lambda x, v: D <= x <= D + timedelta(days=v),
}


def holds(rule: dict[str, Any], facts: Facts) -> bool:
    if "all" in rule:
        return all(holds(part, facts) for part in rule["all"])
    if "any" in rule:
        return any(holds(part, facts) for part in rule["any"])
    if "not" in rule:
        return not holds(rule["not"], facts)
    x, op = value_of(rule, facts), rule["op"]
    if op in ("known", "unknown"):
        return (x is None) == (op == "unknown")
    if x is None:
        return False
    if op == "between":
        low, high = (day(v) if isinstance(v, str) else v for v in rule["value"])
        return bool(low <= x <= high)
    return TESTS[op](x, rule["value"])


def clause(field: str, ops: dict[str, st.SearchStrategy[Any]], params: st.SearchStrategy[Any] | None = None) -> Any:
    def build(op: str) -> st.SearchStrategy[dict[str, Any]]:
        parts = {"field": st.just(field), "op": st.just(op), "value": ops[op]}
        return st.fixed_dictionaries({**parts, "params": params} if params is not None else parts)

    unknown = st.sampled_from(["known", "unknown"]).map(
        lambda op: {"field": field, "op": op, **({"params": {"days": 7}} if params is not None else {})}
    )
    return st.one_of(st.sampled_from(sorted(ops)).flatmap(build), unknown)


number = st.sampled_from([n for n in NUMBERS if n >= 0])
text = st.sampled_from([t for t in TEXTS if t])
moment = st.integers(-5, 45).map(lambda n: (D - timedelta(days=n)).isoformat())
number_ops = dict.fromkeys(("ge", "gt", "le", "lt", "eq", "ne"), number) | {
    "between": st.lists(number, min_size=2, max_size=2)
}
windows = st.sampled_from(WINDOWS).map(lambda days: {"days": days})
LEAVES = st.one_of(
    clause(
        "language",
        {"eq": text, "ne": text, "contains": text, "starts": text, "in": st.lists(text, min_size=1, max_size=3)},
    ),
    clause(
        "birthday",
        {
            "on": moment,
            "before": moment,
            "after": moment,
            "between": st.lists(moment, min_size=2, max_size=2),
            "last_days": st.integers(0, 40),
            "next_days": st.integers(0, 5),
        },
    ),
    clause("trait_number", number_ops, st.just({"key": "visits"})).map(
        lambda rule: {**rule, "params": {"key": "visits"}}
    ),
    clause("has_email", {"is": st.booleans()}),
    clause("pool", {op: st.lists(st.sampled_from(POOLS[1:]), min_size=1, max_size=3) for op in ("in", "not_in")}),
    clause("r", number_ops),
    clause("login_gap", number_ops),
    clause("orders", number_ops, windows),
    clause("behaviour_days", number_ops, windows).map(
        lambda rule: {**rule, "params": {**rule["params"], "behaviour": "log_in"}}
    ),
)
RULES = st.recursive(
    LEAVES,
    lambda rule: st.one_of(
        st.fixed_dictionaries({"all": st.lists(rule, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(rule, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": rule}),
    ),
    max_leaves=6,
)


@pytest.fixture
def known(world: World) -> dict[str, Facts]:
    return seed(world)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rule=RULES)
def test_the_sql_finds_whom_the_rule_means(known: dict[str, Facts], rule: dict[str, Any]) -> None:
    expected = [code for code, facts in known.items() if holds(rule, facts)]
    assert list(rule_members(rule, as_of=D).values_list("external_id", flat=True)) == expected
    assert count_members(rule, as_of=D) == len(expected)
