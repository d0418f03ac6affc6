"""Fields that hold several texts: any, all or none of them, from a list or from one text with commas."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from retention.segments.builder.convert import draft_of, rule_of
from retention.segments.builder.present import show_draft
from retention.segments.fields import fields
from retention.segments.rules.parse import parse_rule
from retention.segments.rules.tree import RuleError
from retention.segments.rules.words import phrase
from retention.segments.selectors.why import why
from tests.segments.rules.test_compile import HOSTILE
from tests.segments.world import D, World, at


def tags(op: str, *values: str, **params: str) -> dict[str, object]:
    value = {} if op in ("empty", "filled") else {"value": list(values)}
    return {"field": "tags", "op": op, "params": params, **value}


@pytest.fixture
def tagged(world: World) -> World:
    world.customer("list", traits={"tags": ["vip", "gift"], "other": ["x"]})
    world.customer("text", traits={"tags": "vip， sport;"})
    world.customer("one", traits={"tags": ["sport"]})
    world.customer("nothing", traits={"tags": [], "other": 5})
    world.customer("none")
    return world


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (tags("any", "vip", "absent"), ["list", "text"]),
        (tags("all", "vip", "gift"), ["list"]),
        (tags("all", "vip"), ["list", "text"]),
        (tags("none", "vip"), ["none", "nothing", "one"]),
        (tags("none", "absent"), ["list", "none", "nothing", "one", "text"]),
        (tags("empty"), ["none", "nothing"]),
        (tags("filled"), ["list", "one", "text"]),
        (tags("any", "x", key="other"), ["list"]),
        ({"not": tags("any", "vip")}, ["none", "nothing", "one"]),
    ],
)
def test_any_all_none_and_empty(tagged: World, rule: object, expected: list[str]) -> None:
    assert tagged.matching(rule) == expected


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_only_values(world: World, text: str) -> None:
    world.customer("tagged", traits={text: [text]})
    assert world.matching(tags("any", text, key=text)) == ["tagged"]


def test_a_list_is_told_in_words(tagged: World) -> None:
    customer = next(c for c in tagged.customers() if c.external_id == "list")
    rule = tags("all", "vip", "gift")
    for language, asked, held in [
        ("en", "tags in “tags” has vip and gift", "gift, vip"),
        ("zh-hans", "“tags”中的标签包含vip 和 gift", "gift、vip"),
    ]:
        with override(language):
            reason = why(rule, customer, as_of=D)
        assert (reason.holds, reason.text, reason.actual) == (True, asked, held)
    bare = next(c for c in tagged.customers() if c.external_id == "none")
    with override("en"):
        assert why(rule, bare, as_of=D).actual == "nothing"


def test_the_builder_writes_what_it_read(tagged: World) -> None:
    """A list of free texts is typed with commas; one with choices has a box to tick for each."""
    typed = tags("any", "vip", "gift", key="tags")
    world_rule = {
        "all": [typed, {"field": "categories_bought", "op": "none", "value": ["milk"], "params": {"days": 9}}]
    }
    tagged.order(tagged.customers()[0], 1, category="milk")
    draft = draft_of(parse_rule(world_rule))
    assert rule_of(draft).rule == world_rule
    shown = show_draft(draft)
    assert [[(i.kind, i.value) for i in part.inputs][-1] for part in shown.parts] == [
        ("text", "vip, gift"),
        ("checks", ""),
    ]
    assert [(value, chosen) for value, _label, chosen in shown.parts[1].inputs[-1].options] == [("milk", True)]


def test_a_list_with_choices_takes_no_other_value(world: World) -> None:
    world.order(world.customer("c"), 1, category="milk")
    with pytest.raises(RuleError, match="“beer” is not one of its values"):
        parse_rule({"field": "categories_bought", "op": "any", "value": ["milk", "beer"]})
    with pytest.raises(RuleError, match="takes a list of values"):
        parse_rule({"field": "categories_bought", "op": "any", "value": "milk"})


def test_every_label_names_only_what_the_field_needs_to_know(world: World) -> None:
    for field in fields:
        assert str(field.label).format(**{param.code: "7" for param in field.all_params})


def test_a_date_of_an_order_is_asked_by_days(world: World) -> None:
    for name, day in [("new", 3), ("old", 90)]:
        someone = world.customer(name)
        world.order(someone, 300)
        world.order(someone, day)
        world.order(someone, -1)
        world.event(someone, "x", at(1))
    assert world.matching({"field": "last_order_on", "op": "last_days", "value": 30}) == ["new"]
    assert world.matching({"field": "first_order_on", "op": "last_days", "value": 301}) == ["new", "old"]
    assert phrase(parse_rule({"field": "first_order_on", "op": "known"})) == "first order is known"  # type: ignore[arg-type]
