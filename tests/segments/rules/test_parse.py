"""A rule that is not clearly meant is refused, with its place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from retention.segments.rules.parse import parse_rule
from retention.segments.rules.tree import All, Clause, Not, RuleError
from tenants.models import Tenant

OK = {"field": "r", "op": "ge", "value": 1}


def policy(name: str) -> Any:
    return {"x.days": 30, "x.text": "thirty", "x.map": {"a": 2}}[name]


def place_of(rule: object) -> str:
    with pytest.raises(RuleError) as caught:
        parse_rule(rule, policy=policy)
    assert caught.value.message and caught.value.mend
    return caught.value.place


@pytest.mark.parametrize("rule", [None, {}, []])
def test_an_empty_rule_is_an_error(rule: object) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rule(rule, policy=policy)
    assert caught.value.as_json() == {
        "code": "bad_rule",
        "message": "The rule is empty.",
        "mend": "Add at least one condition; an empty rule does not mean everybody.",
        "place": "",
    }


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ("everybody", ""),
        (["x"], ""),
        ({"all": []}, "all"),
        ({"any": []}, "any"),
        ({"all": OK}, "all"),
        ({"all": [OK, {}]}, "all[1]"),
        ({"all": [OK], "any": [OK]}, ""),
        ({"not": {}}, "not"),
        ({"not": {"any": [OK, {"field": "nope"}]}}, "not.any[1].field"),
        ({"field": ["r"]}, "field"),
        ({"field": "r", "op": "contains", "value": "x"}, "op"),
        ({"field": "r", "op": None, "value": 1}, "op"),
        ({"field": "r", "op": "ge"}, "value"),
        ({**OK, "vlaue": 1}, ""),
        ({"field": "churn_probability", "op": "ge", "value": 70}, "value"),
        ({"field": "coupon_share", "op": "between", "value": [0.1, 1.5], "params": {"days": 90}}, "value[1]"),
        ({"field": "p_alive", "op": "lt", "value": -0.1}, "value"),
        ({**OK, "value": "1"}, "value"),
        ({**OK, "value": True}, "value"),
        ({**OK, "value": float("nan")}, "value"),
        ({**OK, "value": float("inf")}, "value"),
        ({**OK, "value": 1e16}, "value"),
        ({**OK, "value": 10**400}, "value"),
        ({**OK, "value": None}, "value"),
        ({**OK, "value": [1]}, "value"),
        ({"field": "r", "op": "between", "value": [1]}, "value"),
        ({"field": "r", "op": "between", "value": [1, "2"]}, "value[1]"),
        ({"field": "r", "op": "known", "value": 1}, "value"),
        ({"field": "pool", "op": "in", "value": []}, "value"),
        ({"field": "pool", "op": "in", "value": "lost"}, "value"),
        ({"field": "pool", "op": "in", "value": ["lost", "Lost"]}, "value[1]"),
        ({"field": "pool", "op": "in", "value": ["lost"] * 201}, "value"),
        ({"field": "high_value", "op": "is", "value": "yes"}, "value"),
        ({"field": "name", "op": "eq", "value": ""}, "value"),
        ({"field": "name", "op": "eq", "value": "x" * 401}, "value"),
        ({"field": "name", "op": "eq", "value": "a\0b"}, "value"),
        ({"field": "name", "op": "eq", "value": "a\ud800"}, "value"),
        ({"field": "birthday", "op": "on", "value": "31.01.2026"}, "value"),
        ({"field": "birthday", "op": "on", "value": "2026-02-30"}, "value"),
        ({"field": "birthday", "op": "on", "value": 5}, "value"),
        ({"field": "birthday", "op": "last_days", "value": 1.5}, "value"),
        ({"field": "birthday", "op": "last_days", "value": -1}, "value"),
        ({"field": "orders", "op": "ge", "value": 1, "params": []}, "params"),
        ({"field": "orders", "op": "ge", "value": 1, "params": {"day": 1}}, "params"),
        ({"field": "orders", "op": "ge", "value": 1, "params": {"days": 0}}, "params.days"),
        ({"field": "orders", "op": "ge", "value": 1, "params": {"days": "30"}}, "params.days"),
        ({"field": "events", "op": "ge", "value": 1}, "params.event"),
        ({"field": "behaviour_events", "op": "ge", "value": 1, "params": {"behaviour": "fly"}}, "params.behaviour"),
        ({**OK, "value": {"policy": "x.none"}}, "value"),
        ({**OK, "value": {"policy": "x.text"}}, "value"),
        ({**OK, "value": {"policy": "x.map", "key": "b"}}, "value"),
        ({**OK, "value": {"policy": "x.days", "sql": "1"}}, "value"),
        ({**OK, "value": {"sql": "1"}}, "value"),
    ],
)
def test_the_error_names_the_place(tenant: Tenant, rule: object, place: str) -> None:
    assert place_of(rule) == place


def test_depth_and_size_are_bounded(tenant: Tenant) -> None:
    deep: object = OK
    for _ in range(8):
        deep = {"not": deep}
    assert place_of(deep) == ".".join(["not"] * 8)
    assert place_of({"all": [OK] * 61}) == "all[60]"
    assert len(parse_rule({"all": [OK] * 60}, policy=policy).parts) == 60  # type: ignore[union-attr]


def test_values_are_typed_and_parameters_have_their_defaults(tenant: Tenant) -> None:
    node = parse_rule(
        {
            "all": [
                {"field": "r", "op": "ge", "value": 0.1},
                {"not": {"field": "birthday", "op": "between", "value": ["1990-01-01", "1999-12-31"]}},
                {"field": "orders", "op": "ge", "value": {"policy": "x.map", "key": "a"}},
                {"field": "orders", "op": "eq", "value": 0, "params": {"days": {"policy": "x.days"}}},
            ]
        },
        policy=policy,
    )
    assert isinstance(node, All)
    share, born, default, given = node.parts
    assert isinstance(share, Clause) and share.values == (Decimal("0.1"),)
    assert isinstance(born, Not) and isinstance(born.part, Clause)
    assert born.part.values == (date(1990, 1, 1), date(1999, 12, 31))
    assert isinstance(default, Clause) and (default.values, default.params) == ((2,), {"days": 30})
    assert isinstance(given, Clause) and (given.params, given.place) == ({"days": 30}, "all[3]")
