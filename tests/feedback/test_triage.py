"""Tagging, answering and closing: facts, audit, constraints, and the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from campaigns.selectors.at_send import COMPLAINT_OPEN
from feedback.models import FeedbackItem, Tag, Topic
from feedback.selectors.inbox import open_complaints
from feedback.services.triage import answer_item, close_item, put_back_item, reopen_item, tag_item, take_item
from feedback.taxonomy import TOPICS
from retention.common.errors import Conflict, DomainError
from retention.customers.models import Event
from retention.customers.timeline.words import RESOLVED
from tenants.governance.models import AuditEntry
from tenants.people.models import User
from tests.customers.facts import make_customer
from tests.tenants.people.browser import signed_in

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("tenant")


@pytest.fixture
def item() -> FeedbackItem:
    ann = make_customer("ann", NOW)
    return FeedbackItem.objects.create(
        feedback_id="f-1",
        customer=ann,
        text="<script>alert(1)</script> no refund",
        received_at=NOW - timedelta(days=1),
        recorded_at=NOW,
        updated_at=NOW,
    )


def in_force() -> list[tuple[str, dict[str, object]]]:
    rows = Event.objects.filter(superseded_at=None, withdrawn=False).order_by("name")
    return [(row.name, row.properties) for row in rows]


def waiting() -> int:
    """How many customers wait for an answer by the facts, which hold their promotions back."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM customers_customer c WHERE {COMPLAINT_OPEN}")
        return int(cursor.fetchone()[0])


def tag(item: FeedbackItem, sue: User, *topics: str, intent: str = "complaint") -> FeedbackItem:
    return tag_item(item=item, topics=list(topics), intent=intent, severe=False, actor=sue, now=NOW)


def test_a_tag_opens_a_complaint_and_is_audited(item: FeedbackItem, sue: User) -> None:
    tag(item, sue, "service.refund", "price.high")
    assert [(t.topic.code, t.place, t.tagged_by) for t in Tag.objects.order_by("place")] == [
        ("service.refund", 0, sue), ("price.high", 1, sue),
    ]  # fmt: skip
    assert in_force() == [
        ("complaint_opened", {"complaint_id": "f-1", "topic": "service.refund", "severe": False}),
        ("feedback_received", {"feedback_id": "f-1", "topic": "service.refund", "intent": "complaint"}),
    ]
    assert AuditEntry.objects.latest("position").action == "feedback.tagged"


def test_what_turns_out_to_be_praise_is_no_complaint(item: FeedbackItem, sue: User) -> None:
    tag(item, sue, "service.refund")
    tag(item, sue, intent="praise")
    assert [name for name, _properties in in_force()] == ["feedback_received"]


@pytest.mark.parametrize(
    ("topics", "code"),
    [
        (["price.high", "price.high"], "too_many_topics"),
        (["price.high", "price.rise", "price.worth", "price.rules"], "too_many_topics"),
        (["nonsense"], "unknown_topic"),
    ],
)
def test_what_can_not_be_is_refused(item: FeedbackItem, sue: User, topics: list[str], code: str) -> None:
    with pytest.raises(DomainError) as caught:
        tag(item, sue, *topics)
    assert caught.value.code == code
    assert not Tag.objects.exists()


def test_the_database_holds_three_tags_at_most(item: FeedbackItem) -> None:
    topics = list(Topic.objects.exclude(parent=None)[:4])
    for place, topic in enumerate(topics[:3]):
        Tag.objects.create(item=item, topic=topic, place=place, how="person", tagged_at=NOW)
    for place in (2, 3):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tag.objects.create(item=item, topic=topics[3], place=place, how="person", tagged_at=NOW)


def test_answered_closed_and_open_again(item: FeedbackItem, sue: User) -> None:
    tag(item, sue, "service.refund")
    answer_item(item=item, actor=sue, now=NOW)
    close_item(item=item, resolved=True, actor=sue, now=NOW + timedelta(hours=1))
    assert [name for name, _properties in in_force()] == [
        "complaint_answered", "complaint_closed", "complaint_opened", "feedback_received",
    ]  # fmt: skip
    assert dict(in_force())["complaint_closed"] == {"complaint_id": "f-1", RESOLVED: True}
    reopened = reopen_item(item=item, actor=sue, now=NOW + timedelta(hours=2))
    assert (reopened.status, reopened.closed_at) == ("open", None)
    assert [name for name, _properties in in_force()] == ["complaint_opened", "feedback_received"]
    again = answer_item(item=item, actor=sue, now=NOW + timedelta(hours=3))
    told = Event.objects.get(name="complaint_answered", superseded_at=None)
    assert (told.withdrawn, told.occurred_at) == (False, again.answered_at)


def test_one_answered_and_open_again_waits_again(item: FeedbackItem, sue: User) -> None:
    tag(item, sue, "service.refund")
    assert (open_complaints().count(), waiting()) == (1, 1)
    answer_item(item=item, actor=sue, now=NOW)
    assert (open_complaints().count(), waiting()) == (0, 0)
    reopen_item(item=item, actor=sue, now=NOW + timedelta(hours=1))
    assert (open_complaints().count(), waiting()) == (1, 1)


def test_what_is_tagged_a_complaint_after_its_end_has_ended(item: FeedbackItem, sue: User) -> None:
    close_item(item=item, resolved=True, actor=sue, now=NOW)
    assert in_force() == []
    tag(item, sue, "service.refund")
    assert (open_complaints().count(), waiting()) == (0, 0)
    tag(item, sue, intent="praise")
    assert [name for name, _properties in in_force()] == ["feedback_received"]


def test_two_agents_do_not_answer_one_item_twice(item: FeedbackItem, sue: User) -> None:
    tag(item, sue, "service.refund")
    answer_item(item=item, actor=sue, now=NOW)
    with pytest.raises(Conflict):
        answer_item(item=item, actor=sue, now=NOW)


def test_of_two_who_reach_for_an_item_one_gets_it(item: FeedbackItem, sue: User, vera: User) -> None:
    assert take_item(item=item, actor=sue, now=NOW).assignee == sue
    with pytest.raises(Conflict):
        take_item(item=item, actor=vera, now=NOW)
    assert put_back_item(item=item, actor=sue, now=NOW).assignee is None
    with pytest.raises(Conflict):
        put_back_item(item=item, actor=sue, now=NOW)
    actions = AuditEntry.objects.order_by("position").values_list("action", flat=True)
    assert list(actions)[-2:] == ["feedback.taken", "feedback.put_back"]


def test_an_item_is_taken_and_put_back_on_its_page(item: FeedbackItem, sue: User) -> None:
    client = signed_in(sue)
    for act, expected in (("take", sue), ("put_back", None)):
        client.post(f"/feedback/{item.public_id}/move/", {"act": act})
        item.refresh_from_db()
        assert item.assignee == expected
        shown = client.get(f"/feedback/{item.public_id}/").content.decode()
        assert ('value="put_back"' in shown, 'value="take"' in shown) == (expected == sue, expected is None)


def test_the_taxonomy_is_there_in_both_languages() -> None:
    rows = Topic.objects.values_list("code", "parent__code", "zh", "en", "examples_zh", "examples_en")
    assert [(code, parent or "", *rest) for code, parent, *rest in rows] == list(TOPICS)


def test_the_page_escapes_what_was_said_and_leads_on(item: FeedbackItem, sue: User) -> None:
    client = signed_in(sue)
    text = client.get(f"/feedback/{item.public_id}/").content.decode()
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert(1)" not in text
    kept = client.post(
        f"/feedback/{item.public_id}/tag/",
        {"topic": ["service.refund", "", ""], "intent": "complaint", "then": "next"},
    )
    assert kept.headers["location"] == "/feedback/"
    assert Tag.objects.get().topic.code == "service.refund"
    client.post(f"/feedback/{item.public_id}/move/", {"act": "answer"})
    item.refresh_from_db()
    assert item.status == "answered"


def test_who_may_only_look_changes_nothing(item: FeedbackItem, vera: User) -> None:
    client: Client = signed_in(vera)
    assert client.get(f"/feedback/{item.public_id}/").status_code == 200
    assert client.post(f"/feedback/{item.public_id}/move/", {"act": "close"}).status_code == 403
    item.refresh_from_db()
    assert item.status == "new"


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", ["f-1"]), ("topic=none", ["f-1"]), ("topic=service", []), ("status=closed", []), ("q=refund", ["f-1"])],
)
def test_a_filter_leads_to_exactly_these(item: FeedbackItem, sue: User, query: str, expected: list[str]) -> None:
    table = signed_in(sue).get(f"/feedback/?{query}").context["table"]
    assert [row.feedback_id for row in table.page.rows] == expected
