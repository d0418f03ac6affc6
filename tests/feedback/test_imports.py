"""Feedback and survey answers from files: nothing lost, nothing doubled, and scoring hears of it."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from feedback.models import FeedbackItem, Survey, SurveyResponse, Tag
from feedback.selectors.inbox import open_complaints
from feedback.selectors.nps import answers, nps_by, nps_of
from feedback.services.triage import tag_item
from retention.customers.models import Customer, Event
from retention.customers.services.imports import import_file
from tenants.people.models import User

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 4, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("tenant")


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def bring(kind: str, path: Path, at: datetime = NOW, **file_map: Any) -> tuple[int, int, int, int]:
    _job, result = import_file(kind=kind, path=path, now=at, file_map=file_map or None)
    return result.read, result.kept, result.unchanged, result.refused


def said(**cells: str) -> dict[str, str]:
    return {
        "feedback_id": "f-1",
        "customer": "ann",
        "text": "Two weeks, no refund",
        "topic": "service.refund",
        "received_at": "2026-03-30T10:00:00Z",
        **cells,
    }


def facts() -> list[tuple[str, str, dict[str, object], bool]]:
    rows = Event.objects.filter(superseded_at=None).order_by("name", "event_id")
    return [(row.name, row.event_id, row.properties, row.withdrawn) for row in rows]


def test_a_complaint_becomes_an_item_a_tag_and_two_facts(tmp_path: Path) -> None:
    assert bring("feedback", write(tmp_path / "a.csv", [said()])) == (1, 1, 0, 0)
    item = FeedbackItem.objects.get()
    assert (item.customer, item.intent, item.language, item.status) == (
        Customer.objects.get(external_id="ann"), "complaint", "en", "new",
    )  # fmt: skip
    assert [(tag.topic.code, tag.place, tag.how) for tag in item.tags.all()] == [("service.refund", 0, "imported")]
    told = {"feedback_id": "f-1", "topic": "service.refund", "intent": "complaint"}
    assert facts() == [
        (
            "complaint_opened",
            "complaint-f-1",
            {"complaint_id": "f-1", "topic": "service.refund", "severe": False},
            False,
        ),
        ("feedback_received", "feedback-f-1", told, False),
    ]
    assert list(open_complaints()) == [item]


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [said(), said(feedback_id="f-2", customer="", text="好评", topic="")])
    assert bring("feedback", path) == (2, 2, 0, 0)
    assert bring("feedback", path, LATER) == (2, 0, 2, 0)
    assert Event.objects.count() == 2  # nobody's praise is no event


def test_rows_without_an_id_are_told_apart_by_their_place_among_equals(tmp_path: Path) -> None:
    rows = [{"text": "same"}, {"text": "same"}, {"text": "other"}]
    path = write(tmp_path / "a.csv", rows)
    assert bring("feedback", path) == (3, 3, 0, 0)
    assert bring("feedback", path, LATER) == (3, 0, 3, 0)


def test_a_topic_that_the_tree_lacks_is_kept_beside_the_item(tmp_path: Path) -> None:
    bring("feedback", write(tmp_path / "a.csv", [said(topic="Flight Attendant Complaints")]))
    assert FeedbackItem.objects.get().properties == {"topic": "Flight Attendant Complaints"}
    assert not Tag.objects.exists()


@pytest.mark.parametrize("words", ["service.refund", "Refunds, returns", "退款售后", "REFUND"])
def test_a_topic_is_known_by_code_leaf_or_name(tmp_path: Path, words: str) -> None:
    bring("feedback", write(tmp_path / "a.csv", [said(topic=words)]))
    assert Tag.objects.get().topic.code == "service.refund"


def test_what_can_not_be_is_refused_and_the_rest_is_kept(tmp_path: Path) -> None:
    rows = [
        said(sentiment="0.5"),
        said(feedback_id="f-2", sentiment="3"),
        said(feedback_id="f-3", text="", sentiment=""),
    ]
    assert bring("feedback", write(tmp_path / "a.csv", rows)) == (3, 1, 0, 2)


def test_a_withdrawn_item_takes_its_facts_along(tmp_path: Path) -> None:
    bring("feedback", write(tmp_path / "a.csv", [said()]))
    assert bring("feedback", write(tmp_path / "b.csv", [{"feedback_id": "f-1", "deleted": "true"}]), LATER)[1] == 1
    assert {withdrawn for *_rest, withdrawn in facts()} == {True}
    assert list(open_complaints()) == []


def test_a_persons_tag_stands_against_a_file(tmp_path: Path) -> None:
    bring("feedback", write(tmp_path / "a.csv", [said()]))
    Tag.objects.update(how="person")
    bring("feedback", write(tmp_path / "b.csv", [said(topic="price.high")]), LATER)
    assert Tag.objects.get().topic.code == "service.refund"


def test_a_persons_intent_stands_against_a_file(tmp_path: Path, sue: User) -> None:
    path = write(tmp_path / "a.csv", [said(intent="complaint")])
    bring("feedback", path)
    tag_item(item=FeedbackItem.objects.get(), topics=[], intent="praise", severe=False, actor=sue, now=NOW)
    assert bring("feedback", path, LATER) == (1, 0, 1, 0)
    assert FeedbackItem.objects.get().intent == "praise"
    assert list(open_complaints()) == []


def test_scores_make_surveys_answers_and_facts(tmp_path: Path) -> None:
    rows = [
        {"response_id": "r1", "survey": "Spring", "customer": "ann", "score": "9", "answered_at": "2026-03-01"},
        {"response_id": "r2", "survey": "Spring", "customer": "", "score": "3", "answered_at": "2026-03-02"},
        {"response_id": "r3", "survey": "", "customer": "bob", "score": "11", "answered_at": "2026-03-02"},
    ]
    path = write(tmp_path / "a.csv", rows)
    assert bring("surveys", path) == (3, 2, 0, 1)
    assert bring("surveys", path, LATER) == (3, 0, 2, 1)
    assert [(a.response_id, a.survey.name, a.score) for a in SurveyResponse.objects.order_by("response_id")] == [
        ("r1", "Spring", 9), ("r2", "Spring", 3),
    ]  # fmt: skip
    assert [fact[:3] for fact in facts()] == [("nps_answered", "nps-r1", {"score": 9, "survey": "Spring"})]
    assert Survey.objects.filter(name="Spring").count() == 1


def test_an_answer_withdrawn_by_its_id_stays_in_its_survey(tmp_path: Path) -> None:
    row = {"response_id": "r1", "survey": "Spring", "customer": "ann", "score": "9", "answered_at": "2026-03-01"}
    bring("surveys", write(tmp_path / "a.csv", [row]))
    assert bring("surveys", write(tmp_path / "b.csv", [{"response_id": "r1", "deleted": "true"}]), LATER)[1] == 1
    assert SurveyResponse.objects.values_list("survey__name", "withdrawn").get() == ("Spring", True)
    assert [survey.name for survey in Survey.objects.all()] == ["Spring"]


@pytest.mark.data
def test_sudzilla_as_published(tmp_path: Path, data_dir: Path) -> None:
    columns = {
        "Timestamp": "answered_at",
        "On a scale of 0-10, how would you rate Sudzilla?": "score",
        "...why?": "comment",
    }
    path = data_dir / "nps-small" / "sudzilla_survey.csv"
    assert bring("surveys", path, format={"date": "%m/%d/%Y %H:%M:%S"}, columns=columns) == (39, 39, 0, 0)
    found = nps_of(answers("NPS"))
    assert found.n == 39
    assert found.score == pytest.approx(-35.8974, abs=1e-4)
    food = "How would you rate the food at Sudzilla (lunch)?"
    assert sum(part.n for part in nps_by(answers(), food).values()) == 39


@pytest.mark.data
@pytest.mark.usefixtures("patient")
def test_airline_tweets_come_in_without_loss(data_dir: Path) -> None:
    path = data_dir / "airline-tweets" / "Tweets.csv.gz"
    file_map = {"name": "customer", "negativereason": "topic", "tweet_created": "received_at", "airline": "channel"}
    left_out = {"tweet_id": "tweet"}
    read, kept, unchanged, refused = bring(
        "feedback", path, format={"date": "%m/%d/%Y %H:%M"}, columns={**file_map, **left_out}
    )
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        texts = [row["text"] for row in csv.DictReader(stream)]
    assert (read, kept, unchanged, refused) == (len(texts), len(texts), 0, 0)
    assert sorted(FeedbackItem.objects.values_list("text", flat=True)) == sorted(texts)


@pytest.mark.data
@pytest.mark.usefixtures("patient")
def test_chinese_reviews_come_in_without_loss(tmp_path: Path, data_dir: Path) -> None:
    with zipfile.ZipFile(data_dir / "zh-shopping10" / "online_shopping_10_cats.zip") as archive:
        name = next(name for name in archive.namelist() if name.endswith(".csv"))
        lines = archive.read(name).decode("utf-8").splitlines()[:3001]
    rows = [row for row in csv.DictReader(lines) if row["review"].strip()]
    path = write(tmp_path / "zh.csv", rows)
    assert bring("feedback", path, columns={"review": "text", "cat": "topic", "label": "label"})[:2] == (
        len(rows), len(rows),
    )  # fmt: skip
    assert sorted(FeedbackItem.objects.values_list("text", flat=True)) == sorted(row["review"] for row in rows)


def test_the_command_says_what_it_says(tmp_path: Path) -> None:
    from io import StringIO

    from django.core.management import call_command

    rows = [
        {"response_id": f"r{n}", "customer": f"c{n}", "score": str(n), "city": "Ulm" if n < 6 else ""}
        for n in range(11)
    ]
    bring("surveys", write(tmp_path / "a.csv", rows))
    out = StringIO()
    call_command("nps", "acme", "--json", "--by", "city", stdout=out)
    found = json.loads(out.getvalue())
    assert {name: found[name] for name in ("n", "promoters", "passives", "detractors", "nps")} == {
        "n": 11, "promoters": 2, "passives": 2, "detractors": 7, "nps": -45.4545,
    }  # fmt: skip
    assert list(found["by"]) == ["Ulm", ""]
    assert found["by"]["Ulm"]["nps"] == -100.0
