"""Why a customer is in: every part of the rule, what it asks, what is so, in both languages."""

from __future__ import annotations

from django.utils.translation import override

from retention.segments.models import Segment
from retention.segments.selectors.why import Reason, why
from tests.segments.world import D, World


def test_every_clause_says_what_it_asks_and_what_is_so(world: World) -> None:
    someone = world.customer("c")
    world.order(someone, 42)
    world.score(someone, high_value=True, pool="hibernating")
    world.settle()
    rule = Segment.objects.get(code="high_value_quiet").rule
    with override("en"):
        found = why(rule, someone, as_of=D)
    assert found == Reason(
        "all",
        True,
        parts=(
            Reason("clause", True, "high value: yes", "high value", "yes", True),
            Reason(
                "clause",
                True,
                "days with neither order nor log-in is at least 30 days",
                "days with neither order nor log-in",
                "42 days",
                42,
            ),
            Reason(
                "not",
                True,
                parts=(Reason("clause", False, "pool is Gone for good", "pool", "Hibernating", "hibernating"),),
            ),
        ),
    )


def test_it_says_why_not_too(world: World) -> None:
    someone = world.customer("c")
    rule = {"any": [{"field": "r", "op": "ge", "value": 1.5}, {"not": {"field": "language", "op": "known"}}]}
    with override("en"):
        found = why(rule, someone, as_of=D)
    assert found.holds
    assert [(part.kind, part.holds) for part in found.parts] == [("clause", False), ("not", True)]
    assert (found.parts[0].text, found.parts[0].actual) == ("silence ÷ threshold (r) is at least 1.5", "not known")


def test_it_agrees_with_the_segment_for_every_ready_rule(world: World) -> None:
    people = []
    for n, pool in enumerate(["active", "at_risk", "hibernating", "lost", "gone"]):
        someone = world.customer(pool)
        world.order(someone, 20 * n)
        world.score(someone, pool=pool, high_value=n % 2 == 0, r=n / 2, purchase_r=n / 2, false_churn="cart")
        people.append(someone)
    for segment in Segment.objects.all():
        held = world.matching(segment.rule)
        assert [c.external_id for c in people if why(segment.rule, c, as_of=D).holds] == sorted(
            held, key=[c.external_id for c in people].index
        ), segment.code
