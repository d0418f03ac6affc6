"""Tasks: opened once, done by a person, with outcome, ledger and fact."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from retention.common.errors import Conflict, DomainError
from retention.customers.models import Account, Customer, Event, Touch
from retention.customers.services.merging import merge_customers
from retention.success.models import Evidence, Task
from retention.success.services.tasks import cancel_task, complete_task, open_task, reassign_task
from tenants.context import find_tenant, use_tenant
from tenants.governance.models import AuditEntry
from tenants.people.models import User
from tests.customers.facts import make_customer
from tests.success.conftest import LATER, NOW, a_task, make_account

WORKERS = 3  # the pool of a process holds four connections, the test's own among them


def test_the_same_source_opens_one_task_and_the_first_words_stay(boss: Customer) -> None:
    first = a_task(customer=boss)
    again = a_task(customer=boss, title="Something else")
    assert (again.pk, again.title) == (first.pk, "Call Wang Fang")
    assert a_task(customer=boss, source_key="2").pk != first.pk
    assert Task.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_several_at_once_open_one_task() -> None:
    made: list[int] = []
    barrier = threading.Barrier(WORKERS, timeout=30)

    def open_one() -> None:
        try:
            with use_tenant(find_tenant("acme")):
                barrier.wait()
                made.append(a_task().pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=open_one, daemon=True) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with use_tenant(find_tenant("acme")):
        assert Task.objects.count() == 1
        assert made == [Task.objects.get().pk] * WORKERS


def test_a_role_finds_the_accounts_own_person(account: Account, boss: Customer, carl: User) -> None:
    assert a_task(account=account, role="csm", source_key="1").assignee == carl
    assert a_task(customer=boss, role="csm", source_key="2").assignee == carl
    assert a_task(account=account, role="consultant", source_key="3").assignee is None  # Iris does not sign in
    assert a_task(account=account, role="support", source_key="4").assignee is None


def test_a_customer_of_two_accounts_has_no_csm_of_their_own(boss: Customer, ada: User) -> None:
    make_account("a-2", csm=ada.email).contacts.create(customer=boss, recorded_at=NOW)
    assert a_task(customer=boss, role="csm").assignee is None


@pytest.mark.parametrize(
    ("outcome", "touches", "facts"),
    [
        ("answered", [True], ["call_answered"]),
        ("call_back", [True], ["call_answered"]),
        ("no_answer", [False], []),
        ("refused", [False], []),
        ("wrong_number", [], []),
    ],
)
def test_how_a_call_went_stands_in_the_ledger_and_among_the_facts(
    boss: Customer, carl: User, outcome: str, touches: list[bool], facts: list[str]
) -> None:
    done = complete_task(task=a_task(customer=boss), person=carl, actor=carl, now=LATER, outcome=outcome, note="So.")
    assert (done.status, done.outcome, done.closed_by, done.closed_at) == ("done", outcome, carl, LATER)
    kept = Touch.objects.filter(customer=boss)
    assert [touch.two_way for touch in kept] == touches
    if kept:
        assert (kept[0].channel, kept[0].purpose, kept[0].made_by, kept[0].summary) == (
            "call", "success", carl.email, "So.",
        )  # fmt: skip
    assert [event.name for event in Event.objects.filter(customer=boss)] == facts
    assert AuditEntry.objects.filter(action="task.done", target=f"task:{done.public_id}").count() == 1


def test_a_call_that_stands_in_the_ledger_already_is_not_counted_twice(boss: Customer, carl: User) -> None:
    Touch.objects.create(
        customer=boss, channel="call", purpose="marketing", source_key="message:1", occurred_at=NOW, recorded_at=NOW
    )
    complete_task(
        task=a_task(customer=boss, touch_key="message:1"), person=carl, actor=carl, now=LATER, outcome="answered"
    )
    touch = Touch.objects.get()
    assert (touch.purpose, touch.two_way, touch.made_by) == ("marketing", True, carl.email)


def test_a_call_called_off_gives_its_place_in_the_ledger_back(boss: Customer, carl: User) -> None:
    Touch.objects.create(
        customer=boss, channel="call", purpose="marketing", source_key="message:1", occurred_at=NOW, recorded_at=NOW
    )
    task = a_task(customer=boss, touch_key="message:1")
    with pytest.raises(DomainError) as refused:
        cancel_task(task=task, person=carl, actor=carl, now=LATER, note="  ")
    assert refused.value.code == "cancel_needs_reason"
    cancelled = cancel_task(task=task, person=carl, actor=carl, now=LATER, note="Came back by herself")
    assert (cancelled.status, cancelled.note) == ("cancelled", "Came back by herself")
    assert not Touch.objects.exists()


def test_a_call_without_its_outcome_stays_open(boss: Customer, carl: User) -> None:
    task = a_task(customer=boss)
    with pytest.raises(DomainError) as refused:
        complete_task(task=task, person=carl, actor=carl, now=LATER)
    assert refused.value.code == "call_needs_outcome"
    with pytest.raises(IntegrityError, match="task_call_has_outcome"), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(status="done", closed_at=LATER)
    task.refresh_from_db()
    assert task.status == "open"


def test_nobody_does_a_task_twice(boss: Customer, carl: User, ada: User) -> None:
    task = a_task(customer=boss)
    complete_task(task=task, person=carl, actor=carl, now=LATER, outcome="answered")
    acts: list[Callable[[], Task]] = [
        lambda: complete_task(task=task, person=ada, actor=ada, now=LATER, outcome="refused"),
        lambda: cancel_task(task=task, person=ada, actor=ada, now=LATER, note="No"),
        lambda: reassign_task(task=task, assignee=ada, actor=ada, now=LATER),
    ]
    for act in acts:
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "task_closed"
    assert Touch.objects.count() == 1


def test_a_task_is_handed_on(boss: Customer, carl: User, ada: User) -> None:
    reassign_task(task=a_task(customer=boss), assignee=carl, actor=ada, now=LATER)
    assert Task.objects.get().assignee == carl
    entry = AuditEntry.objects.get(action="task.reassigned")
    assert entry.detail == {"to": str(carl.public_id)}


def a_step(kind: str, ask: list[str]) -> Task:
    """A task that asks for evidence."""
    task = a_task(kind="step")
    Task.objects.filter(pk=task.pk).update(evidence_kind=kind, evidence_ask=ask)
    task.refresh_from_db()
    return task


@pytest.mark.parametrize(
    ("kind", "ask", "wrong", "code", "right", "kept"),
    [
        ("note", [], "  ", "evidence_missing", "Both\nagreed", "Both agreed"),
        ("link", [], "ftp://x", "evidence_no_link", "https://wiki.example/p", "https://wiki.example/p"),
        ("file", [], "", "evidence_missing", "papers.pdf", "papers.pdf"),
        ("checklist", ["One", "Two"], ["One"], "evidence_list_incomplete", ["Two", "One"], "Two\nOne"),
        ("checklist", ["One"], ["One", "X"], "evidence_list_incomplete", ["One"], "One"),
        ("choice", ["Yes", "No"], "Maybe", "evidence_no_answer", "No", "No"),
    ],
)
def test_a_step_is_ticked_with_its_evidence_only(
    carl: User, kind: str, ask: list[str], wrong: str | list[str], code: str, right: str | list[str], kept: str
) -> None:
    task = a_step(kind, ask)
    with pytest.raises(DomainError) as refused:
        complete_task(task=task, person=carl, actor=carl, now=LATER, evidence=wrong)
    assert refused.value.code == code
    assert Evidence.objects.count() == 0
    done = complete_task(task=task, person=carl, actor=carl, now=LATER, evidence=right)
    assert (done.status, done.evidence.text, done.evidence.kind) == ("done", kept, kind)


@pytest.mark.django_db(transaction=True)
class TestTheTableItselfRefuses:
    """Whatever writes to it: SQL by hand, a defect, a later service."""

    @pytest.fixture
    def step(self, acme: object) -> int:
        with use_tenant(find_tenant("acme")):
            task = a_step("note", [])
        return task.pk

    @pytest.mark.parametrize("proof", [None, "link", "note"])
    def test_a_step_done_without_evidence_of_its_kind(self, step: int, proof: str | None) -> None:
        with use_tenant(find_tenant("acme")), pytest.raises(IntegrityError) as refused, transaction.atomic():
            Task.objects.filter(pk=step).update(status="done", closed_at=NOW, proof_kind=proof)
        name = "task_proof_is_its_evidence" if proof == "note" else "task_done_with_its_evidence"
        assert name in str(refused.value)

    def test_evidence_of_another_task(self, step: int) -> None:
        with use_tenant(find_tenant("acme")):
            other = a_task(source_key="other")
            Evidence.objects.create(task=other, kind="note", text="Not this one", given_at=NOW)
            with pytest.raises(IntegrityError, match="task_proof_is_its_evidence"), transaction.atomic():
                Task.objects.filter(pk=step).update(status="done", closed_at=NOW, proof_kind="note")

    def test_evidence_that_says_nothing_or_is_taken_away(self, step: int) -> None:
        with use_tenant(find_tenant("acme")):
            with pytest.raises(IntegrityError, match="evidence_says_something"), transaction.atomic():
                Evidence.objects.create(task_id=step, kind="note", text=" \n", given_at=NOW)
            Evidence.objects.create(task_id=step, kind="note", text="Told them", given_at=NOW)
            Task.objects.filter(pk=step).update(status="done", closed_at=NOW, proof_kind="note")
            with pytest.raises(IntegrityError, match="task_proof_is_its_evidence"), transaction.atomic():
                Evidence.objects.filter(task_id=step).delete()
            Task.objects.filter(pk=step).delete()  # with the task its evidence goes
            assert Evidence.objects.count() == 0


def test_tasks_follow_a_customer_who_is_one_with_another(boss: Customer) -> None:
    twin = make_customer("c-2", NOW)
    task = a_task(customer=twin)
    merge_customers(gone=twin.pk, stays=boss.pk)
    task.refresh_from_db()
    assert task.customer == boss


def test_open_task_takes_what_campaigns_give(boss: Customer) -> None:
    task = open_task(
        title="Say hello", kind="call", customer=boss, due_at=NOW, source="campaign", source_key="9", now=NOW
    )
    assert (task.status, task.public_id.version) == ("open", 7)
