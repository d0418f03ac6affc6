"""A segment as the audience of a scorecard: by facts alone, as of the day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from retention.common.errors import DomainError
from retention.scoring.moment import Moment
from retention.segments.card_audience import asks_scores, segment_choices, segment_members
from retention.segments.models import Segment
from retention.segments.rules.parse import parse_rule
from tests.segments.world import D, World, at

BY_FACTS = {"field": "orders", "op": "ge", "value": 1, "params": {"days": 90}}
BY_SCORES = {"all": [BY_FACTS, {"not": {"field": "health", "op": "gt", "value": 50}}]}
IN_ANOTHER = {"field": "in_segment", "op": "is", "value": True, "params": {"segment": "facts"}}


def made(code: str, rule: object) -> Segment:
    return Segment.objects.create(code=code, name=code.title(), rule=rule, created_at=at(9), updated_at=at(9))


def ids(code: str, moment: Moment) -> set[int]:
    sql, params = segment_members(code, moment)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT m.id FROM ({sql}) AS m", params)
        return {row[0] for row in cursor.fetchall()}


def test_members_are_those_of_the_day(world: World) -> None:
    early, late = world.customer("early"), world.customer("late")
    world.order(early, 100)
    world.order(late, 5)
    world.settle()
    made("facts", BY_FACTS)
    assert ids("facts", Moment(D, "UTC")) == {late.pk}
    assert ids("facts", Moment(D - timedelta(days=90), "UTC")) == {early.pk}


@pytest.mark.parametrize(("rule", "asked"), [(BY_SCORES, ["health"]), (IN_ANOTHER, ["in_segment"]), (BY_FACTS, [])])
def test_a_rule_that_asks_about_scores_can_be_no_audience(world: World, rule: object, asked: list[str]) -> None:
    made("facts", BY_FACTS)
    assert asks_scores(parse_rule(rule)) == asked
    made("tried", rule)
    if asked:
        with pytest.raises(DomainError, match="can’t depend on what it makes"):
            segment_members("tried", Moment(D, "UTC"))
    assert ("tried" in segment_choices()) == (not asked)


def test_a_segment_that_is_gone_is_said_so(world: World) -> None:
    made("facts", BY_FACTS)
    Segment.objects.filter(code="facts").update(archived_at=at(1))
    with pytest.raises(DomainError, match="no segment “facts” any more"):
        segment_members("facts", Moment(D, "UTC"))
    assert "facts" not in segment_choices()
