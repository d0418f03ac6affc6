"""What rules may ask of feedback and surveys, as of a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from feedback.models import FeedbackItem, Survey, SurveyResponse, Tag, Topic
from retention.customers.models import Customer
from tests.segments.fields.everything import ask
from tests.segments.world import D, World, at


@pytest.fixture
def world(tenant: object) -> World:
    return World()


@pytest.fixture
def someone(world: World) -> Customer:
    return world.customer("c")


def said(customer: Customer, day: int, *topics: str, **given: Any) -> FeedbackItem:
    item = FeedbackItem.objects.create(
        feedback_id=f"f-{customer.pk}-{day}", customer=customer, text="x",
        **{"received_at": at(day), "recorded_at": at(day), "updated_at": at(day), **given},
    )  # fmt: skip
    for place, code in enumerate(topics):
        Tag.objects.create(
            item=item, topic=Topic.objects.get(code=code), place=place, how="imported", tagged_at=at(day)
        )
    return item


def test_topics_hold_their_kind_and_the_main_one_is_asked_apart(world: World, someone: Customer) -> None:
    said(someone, 5, "service.refund", "price.high")
    said(someone, 200, "function.crash")
    said(someone, 3, "experience.slow", status="duplicate")
    assert sorted(ask("feedback_topics", someone)) == ["service", "service.refund"]
    assert sorted(ask("feedback_topics", someone, place="all")) == ["price", "price.high", "service", "service.refund"]
    rule = {"field": "feedback_topics", "op": "any", "value": ["service"], "params": {"days": 10}}
    assert world.matching(rule) == ["c"]
    assert world.matching(rule, D - timedelta(days=6)) == []


def test_intents_tone_and_gravity(someone: Customer) -> None:
    said(someone, 5, intent="complaint", sentiment=-0.8, severe=True)
    said(someone, 4, intent="praise", sentiment=0.4)
    said(someone, 2)
    names = ("feedback_items", "feedback_sentiment", "feedback_worst", "feedback_severe", "feedback_age")
    assert [ask(name, someone) for name in names] == [3, pytest.approx(-0.2), -0.8, 1, 2]
    assert sorted(ask("feedback_intents", someone)) == ["complaint", "praise"]


def test_feedback_is_open_until_the_day_of_its_answer(someone: Customer) -> None:
    said(someone, 20, answered_at=at(3), status="answered")
    said(someone, 10, closed_at=at(-1), status="closed")
    assert [ask("feedback_open", someone, D - timedelta(days=n)) for n in (0, 5, 15, 30)] == [1, 2, 1, 0]


def test_the_latest_answer_to_one_survey(world: World, someone: Customer) -> None:
    ours, other = (Survey.objects.create(name=name, created_at=at(300)) for name in ("Delivery", "Other"))
    for n, (survey, day, score) in enumerate([(ours, 50, 9), (ours, 20, 4), (other, 1, 10), (ours, -1, 0)]):
        SurveyResponse.objects.create(
            response_id=f"r{n}", survey=survey, customer=someone, score=score, comment="late", answered_at=at(day),
            recorded_at=at(day), updated_at=at(day),
        )  # fmt: skip
    asked = {"survey": str(ours.public_id)}
    names = ("survey_score", "survey_age", "survey_comment")
    assert [ask(name, someone, **asked) for name in names] == [4, 20, "late"]
    assert ask("survey_score", someone, D - timedelta(days=30), **asked) == 9


def test_a_churn_reason_in_detail(world: World, someone: Customer) -> None:
    world.event(someone, "churn_reason_given", at(9), reason="price.high", how="tagged")
    world.event(someone, "churn_reason_given", at(2), reason="service.refund", how="inferred", confidence=0.5)
    names = ("churn_reason", "churn_reason_topic", "churn_reason_how", "churn_reason_age")
    assert [ask(name, someone) for name in names] == ["price", "price.high", "tagged", 9]
