"""The same said twice waits once: whatever door it came by, without a word lost, and only while the first waits."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import Client

from feedback.models import FeedbackItem
from feedback.selectors.inbox import open_complaints
from feedback.services.hearing import hear
from feedback.services.triage import Was, answer_item, restore_item, separate_item, state_of, tag_item
from retention.customers.models import Account, Customer, Event
from tenants.context import use_tenant
from tenants.governance.services.policies import set_policy
from tenants.models import Tenant
from tenants.people.models import User
from tests.customers.facts import make_customer
from tests.feedback.test_imports import bring, said, write
from tests.tenants.people.browser import signed_in

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 4, 2, 12, tzinfo=UTC)
WORDS = "Two weeks, no refund"


def told(name: str, text: str = WORDS, *, hours: int = 0, **given: Any) -> FeedbackItem:
    moment = NOW + timedelta(hours=hours)
    known = {"intent": "complaint", "channel": "mail", "received_at": moment, **given}
    return hear(feedback_id=name, text=text, now=moment, **known)[0]


def complaints() -> list[str]:
    """The ids of complaints that hold promotions back."""
    rows = Event.objects.filter(name="complaint_opened", superseded_at=None, withdrawn=False)
    return sorted(rows.values_list("event_id", flat=True))


@pytest.fixture
def ann(tenant: Tenant) -> Customer:
    return make_customer("ann", NOW)


@pytest.mark.parametrize("again", [WORDS, f"  {WORDS.upper()} ", "two   weeks,\nno refund"])
def test_the_same_words_of_the_same_customer_wait_once_and_are_one_complaint(ann: Customer, again: str) -> None:
    first, second = told("one", customer=ann), told("two", again, hours=3, customer=ann)
    assert (second.status, second.duplicate_of, second.text) == ("duplicate", first, again)
    assert (list(open_complaints()), complaints()) == ([first], ["complaint-one"])
    assert Event.objects.filter(name="feedback_received").count() == 2
    third = told("three", hours=4, customer=ann)
    assert third.duplicate_of == first


@pytest.mark.parametrize(
    "given",
    [
        {"text": "Three weeks, no refund"},
        {"customer": None},
        {"intent": "leaving"},
        {"intent": "escalation"},
        {"hours": 24 * 8},
        {"received_at": NOW - timedelta(days=8)},
    ],
)
def test_what_says_more_or_comes_from_elsewhere_waits_by_itself(ann: Customer, given: dict[str, Any]) -> None:
    told("one", customer=ann)
    assert told("two", **{"hours": 3, "customer": ann, **given}).status == "new"


def test_nobody_s_words_and_another_s_are_never_the_same(ann: Customer) -> None:
    told("one", customer=ann)
    assert told("two", customer=make_customer("bob", NOW)).status == "new"
    told("three", customer=None)
    assert told("four", customer=None, hours=1).status == "new"
    account = Account.objects.create(external_id="acc", name="Acc", recorded_at=NOW, updated_at=NOW)
    fifth = told("five", account=account)
    assert told("six", account=account, hours=1).duplicate_of == fifth
    bob = Customer.objects.get(external_id="bob")
    assert told("seven", account=account, customer=make_customer("cy", NOW), hours=2).status == "new"
    again = told("eight", account=account, customer=bob, hours=2).duplicate_of
    assert again is not None and again.feedback_id == "two"  # whoever said it, not the account


def test_who_says_it_again_after_an_answer_waits_anew(ann: Customer, sue: User) -> None:
    first = told("one", customer=ann)
    answer_item(item=first, actor=sue, now=NOW)
    assert told("two", customer=ann, hours=3).status == "new"
    assert complaints() == ["complaint-one", "complaint-two"]


def test_a_first_that_a_person_took_up_still_takes_the_second_in(ann: Customer, sue: User) -> None:
    first = told("one", customer=ann)
    tag_item(item=first, topics=["service.refund"], intent="complaint", severe=True, actor=sue, now=NOW)
    assert told("two", customer=ann, hours=3).duplicate_of == first


def test_the_policy_switches_it_off(ann: Customer) -> None:
    set_policy(name="feedback.duplicate_days", value=0, actor="test", now=NOW)
    told("one", customer=ann)
    assert told("two", customer=ann, hours=3).status == "new"


def test_a_duplicate_is_made_a_matter_of_its_own_and_back(ann: Customer, sue: User) -> None:
    told("one", customer=ann)
    second = told("two", customer=ann, hours=3)
    was = state_of(second)
    own = separate_item(item=second, actor=sue, now=LATER)
    assert (own.status, own.duplicate_of, complaints()) == ("open", None, ["complaint-one", "complaint-two"])
    kept = Was.from_json(was.as_json())
    restore_item(item=own, was=kept, unless_moved_since=own.updated_at, actor=sue, now=LATER)
    own.refresh_from_db()
    assert (own.status, own.duplicate_of_id, complaints()) == ("duplicate", was.duplicate_of, ["complaint-one"])


def test_only_a_duplicate_has_a_first(ann: Customer) -> None:
    first, second = told("one", customer=ann), told("two", "else", customer=ann)
    with pytest.raises(IntegrityError), transaction.atomic():
        FeedbackItem.objects.filter(pk=second.pk).update(duplicate_of=first)


def test_a_file_merges_what_it_repeats_and_what_was_there(ann: Customer, tmp_path: Path) -> None:
    told("one", customer=ann, hours=-40)
    rows = [
        said(feedback_id="f-1", topic=""),
        said(feedback_id="f-2", text="Something else", topic=""),
        said(feedback_id="f-3", text="something ELSE", topic=""),
        said(feedback_id="f-4", text="something ELSE", topic="service.refund"),
        said(feedback_id="f-5", customer="", text="Something else", topic=""),
    ]
    path = write(tmp_path / "a.csv", rows)
    assert bring("feedback", path) == (5, 5, 0, 0)
    found = FeedbackItem.objects.order_by("feedback_id").values_list("feedback_id", "duplicate_of__feedback_id")
    assert list(found) == [("f-1", "one"), ("f-2", None), ("f-3", "f-2"), ("f-4", None), ("f-5", None), ("one", None)]
    assert complaints() == ["complaint-f-4", "complaint-one"]
    assert bring("feedback", path, LATER) == (5, 0, 5, 0)
    assert FeedbackItem.objects.filter(status="duplicate").count() == 2


def test_when_the_first_is_withdrawn_the_second_waits(ann: Customer, tmp_path: Path) -> None:
    rows = [said(), said(feedback_id="f-2")]
    bring("feedback", write(tmp_path / "a.csv", rows))
    assert complaints() == ["complaint-f-1"]
    gone = [{**said(), "deleted": "true"}]
    bring("feedback", write(tmp_path / "b.csv", gone), LATER)
    second = FeedbackItem.objects.get(feedback_id="f-2")
    assert (second.status, second.duplicate_of, complaints()) == ("new", None, ["complaint-f-2"])


def test_the_inbox_shows_one_and_each_page_leads_to_the_other(ann: Customer, sue: User) -> None:
    first, second = told("one", customer=ann), told("two", customer=ann, hours=3)
    client = signed_in(sue)
    assert (first.text, listed(client), listed(client, status="duplicate")) == (
        WORDS, [str(first.public_id)], [str(second.public_id)],
    )  # fmt: skip
    page = client.get(f"/feedback/{first.public_id}/").content.decode()
    assert f'href="/feedback/{second.public_id}/"' in page and "Said again, in the same words:" in page
    page = client.get(f"/feedback/{second.public_id}/").content.decode()
    assert f'href="/feedback/{first.public_id}/"' in page and 'value="separate"' in page
    client.post(f"/feedback/{second.public_id}/move/", {"act": "separate"})
    second.refresh_from_db()
    assert second.status == "open"


def listed(client: Client, **query: str) -> list[str]:
    table = client.get("/feedback/", query).context["table"]
    return [str(item.public_id) for item in table.page.rows]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_first(acme: Tenant) -> None:
    with use_tenant(acme):
        ann = make_customer("ann", NOW)

    def speak(name: str) -> None:
        try:
            with use_tenant(acme):
                ready.wait(timeout=10)
                told(name, customer=ann)
        finally:
            connections.close_all()

    ready = threading.Barrier(2)
    threads = [threading.Thread(target=speak, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    with use_tenant(acme):
        assert sorted(FeedbackItem.objects.values_list("status", flat=True)) == ["duplicate", "new"]
        assert len(complaints()) == 1
