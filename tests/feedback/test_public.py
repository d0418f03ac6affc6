"""What a customer opens without signing in: a survey by its link, and the form. A GET keeps nothing."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from feedback.links import Asked, read_survey_token, say_path, survey_path
from feedback.models import FeedbackItem, Survey, SurveyResponse
from feedback.services.answers import answer_survey
from retention.common import clock
from retention.common.errors import NotFound
from retention.customers.models import Customer, Event
from tenants.context import find_tenant, use_tenant
from tenants.governance.models import Policy
from tenants.models import Tenant
from tests.customers.facts import make_customer

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_hits() -> None:
    cache.clear()


@pytest.fixture
def lin(tenant: Tenant) -> Customer:
    return make_customer("lin", NOW, name="Lin", language="zh-CN")


def visitor(**kwargs: object) -> Client:
    return Client(headers={"host": "acme.localhost"}, **kwargs)  # type: ignore[arg-type]


def link(who: Customer, occasion: str = "m-1") -> str:
    return survey_path(who.public_id, survey="NPS", occasion=occasion)


def facts() -> list[tuple[str, dict[str, object]]]:
    return list(Event.objects.filter(superseded_at=None).order_by("name").values_list("name", "properties"))


def test_a_get_shows_the_question_in_the_customers_language_and_keeps_nothing(lin: Customer) -> None:
    answer = visitor().get(link(lin) + "?score=9")
    said = answer.content.decode()
    assert (answer.status_code, "推荐" in said, 'value="9"' in said) == (200, True, True)
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert (SurveyResponse.objects.count(), Survey.objects.count(), facts()) == (0, 0, [])


def test_an_answer_is_kept_with_its_comment_as_a_voice_and_as_facts(lin: Customer) -> None:
    client = visitor()
    sent = client.post(link(lin), {"score": "3", "comment": "问题没人管"})
    assert sent.status_code == 302
    answer = SurveyResponse.objects.get()
    assert (answer.survey.name, answer.customer, answer.score, answer.comment) == ("NPS", lin, 3, "问题没人管")
    item = FeedbackItem.objects.get()
    assert (item.text, item.channel, item.language, item.status) == ("问题没人管", "survey", "zh-hans", "new")
    assert [name for name, _properties in facts()] == ["feedback_received", "nps_answered"]
    assert facts()[1][1] == {"score": 3, "survey": "NPS"}
    assert "3" in client.get(sent.headers["Location"]).content.decode()


def test_the_first_answer_of_an_asking_stands_and_another_asking_has_its_own(lin: Customer) -> None:
    client = visitor()
    for path, score in ((link(lin), 9), (link(lin), 2), (link(lin, "m-2"), 7)):
        assert client.post(path, {"score": str(score)}).status_code == 302
    assert list(SurveyResponse.objects.order_by("pk").values_list("score", flat=True)) == [9, 7]
    assert [properties["score"] for name, properties in facts() if name == "nps_answered"] in ([9, 7], [7, 9])


@pytest.mark.parametrize("sent", [{}, {"score": "11"}, {"score": "-1"}, {"score": "ten"}, {"score": "²"}])
def test_what_is_no_score_is_refused_and_nothing_is_kept(lin: Customer, sent: dict[str, str]) -> None:
    assert visitor().post(link(lin), sent).status_code == 400
    assert (SurveyResponse.objects.count(), facts()) == (0, [])


def test_a_link_of_another_purpose_tenant_or_person_is_no_link(lin: Customer, rival: Tenant) -> None:
    token = say_path(lin.public_id).split("/")[2]
    assert visitor().get(f"/s/{token}/").status_code == 404
    with use_tenant(rival):
        foreign = link(lin)
    assert visitor().get(foreign).status_code == 404
    lin.erased_at = NOW
    lin.save()
    assert visitor().get(link(lin)).status_code == 404
    with pytest.raises(NotFound):
        read_survey_token("nonsense")


def test_a_surveys_own_question_is_asked(lin: Customer) -> None:
    Survey.objects.create(name="NPS", question_en="Was it easy?", created_at=NOW)
    assert "Was it easy?" in visitor().get(link(lin)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_four_answers_at_once_are_one(lin: Customer) -> None:
    asked, made = Asked(lin, "NPS", "m-1"), []

    def answer(score: int) -> None:
        with use_tenant(find_tenant("acme")):
            made.append(answer_survey(asked=asked, score=score, comment="Why not", now=NOW)[1])
        connection.close()

    threads = [threading.Thread(target=answer, args=[score]) for score in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(made), SurveyResponse.objects.count(), FeedbackItem.objects.count()) == (
        [False, False, False, True], 1, 1,
    )  # fmt: skip


def voice(**more: str) -> dict[str, str]:
    return {"text": "Please open on Sundays", "contact": "ann@example.com", "once": str(uuid4()), **more}


def test_anybody_writes_once_by_the_form_and_belongs_to_nobody(lin: Customer) -> None:
    client, sent = visitor(), voice(contact="lin@example.com")
    assert client.get("/say/").status_code == 200
    assert [client.post("/say/", sent).status_code for _again in range(2)] == [302, 302]
    item = FeedbackItem.objects.get()
    assert (item.text, item.channel, item.customer, item.properties) == (
        "Please open on Sundays", "form", None, {"contact": "lin@example.com"},
    )  # fmt: skip
    assert facts() == []


def test_a_customer_writes_by_their_own_link(lin: Customer) -> None:
    assert visitor().post(say_path(lin.public_id), voice()).status_code == 302
    assert FeedbackItem.objects.get().customer == lin
    assert [name for name, _properties in facts()] == ["feedback_received"]


@pytest.mark.parametrize("wrong", [{"text": ""}, {"text": "a\0b"}, {"once": "x"}, {"contact": "nobody"}])
def test_the_form_says_what_is_wrong(tenant: Tenant, wrong: dict[str, str]) -> None:
    assert visitor().post("/say/", voice(**wrong)).status_code == 400
    assert FeedbackItem.objects.count() == 0


def test_a_robot_is_thanked_and_not_heard(tenant: Tenant) -> None:
    assert visitor().post("/say/", voice(website="https://spam.example")).status_code == 302
    assert FeedbackItem.objects.count() == 0


def test_the_form_is_guarded_against_other_sites(tenant: Tenant) -> None:
    assert visitor(enforce_csrf_checks=True).post("/say/", voice()).status_code == 403


def test_the_form_can_be_closed_and_is_limited(lin: Customer) -> None:
    client = visitor()
    answers = [client.post("/say/", voice()).status_code for _turn in range(11)]
    assert (answers[:10], answers[10]) == ([302] * 10, 429)
    Policy.objects.create(name="feedback.public_form", value=False)
    cache.clear()
    assert (client.get("/say/").status_code, client.post("/say/", voice()).status_code) == (403, 403)
    assert client.get(say_path(lin.public_id)).status_code == 200


def test_the_moment_is_the_clocks(lin: Customer) -> None:
    before = clock.now()
    visitor().post(link(lin), {"score": "10"})
    assert before <= SurveyResponse.objects.get().answered_at <= clock.now()
