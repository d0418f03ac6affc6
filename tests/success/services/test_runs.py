"""Runs of playbooks: once for a trigger, steps in their turn, closed by the last; the hand-over by itself."""

from __future__ import annotations

import json
import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from retention.common.errors import Conflict, DomainError
from retention.customers.models import Account, Event
from retention.customers.services.own_facts import OwnFact, record_facts
from retention.scoring.moment import Moment
from retention.scoring.rules import rules_in_force
from retention.scoring.services.accounts import account_frame, account_inputs
from retention.success.enums import RunStatus, TaskStatus, Trigger
from retention.success.models import Contract, Playbook, PlaybookRun, PlaybookVersion, Renewal, Task
from retention.success.ready.playbooks import HANDOVER, READY
from retention.success.selectors.stages import version_stages
from retention.success.services.content import read_steps
from retention.success.services.playbooks import ensure_ready, publish, published, save_draft
from retention.success.services.runs import call_off, start_handovers, start_renewals, start_run
from retention.success.services.tasks import complete_task
from tenants.governance.models import Policy
from tenants.people.models import User
from tests.success.conftest import NOW

EVIDENCE = {"note": "Agreed on the plan", "link": "https://example.com/plan"}


def evidence_of(task: Task) -> str | list[str]:
    if task.evidence_kind == "checklist":
        return list(task.evidence_ask)
    return task.evidence_ask[0] if task.evidence_kind == "choice" else EVIDENCE[task.evidence_kind]


def changed(account: Account, event_id: str = "change-1", *, at: object = NOW, **properties: object) -> None:
    given = {"from": "old@example.com", "to": "new@example.com", **properties}
    record_facts([OwnFact(event_id, "consultant_changed", at, account=account.pk, properties=given)], now=NOW)  # type: ignore[arg-type]


def test_ready_playbooks_can_be_read_and_are_made_once(account: Account) -> None:
    for _round in range(2):
        ensure_ready(now=NOW)
    assert [one.code for one in Playbook.objects.all()] == [code for code, *_ in READY]
    assert PlaybookVersion.objects.filter(published_at=NOW).count() == len(READY)
    for _code, _name, _zh, _trigger, content in READY:
        assert all(step.title[0] and step.title[1] and step.body[1] for step in read_steps(content))


def test_a_change_of_consultant_starts_one_handover(account: Account, carl: User) -> None:
    changed(account)
    assert [start_handovers(now=NOW), start_handovers(now=NOW)] == [1, 0]
    run = PlaybookRun.objects.get()
    assert (run.account, run.trigger_key, run.status) == (account, "handover:change-1", RunStatus.RUNNING)
    assert sorted(run.tasks.values_list("step", flat=True)) == ["call", "papers"]
    assert run.tasks.get(step="call").assignee == carl  # the account's own CSM
    assert run.tasks.get(step="papers").due_at == NOW.replace(day=3, hour=18)  # two working days after a Wednesday


@pytest.mark.parametrize("case", ["csm", "old", "closed", "withdrawn"])
def test_other_changes_start_nothing(account: Account, case: str) -> None:
    at = NOW - timedelta(days=31 if case == "old" else 1)
    changed(account, at=at, **({"role": "csm"} if case == "csm" else {}))
    if case == "closed":
        record_facts([OwnFact("closed", "handover_closed", NOW, account=account.pk)], now=NOW)
    if case == "withdrawn":
        gone = OwnFact("change-1", "consultant_changed", at, account=account.pk, withdrawn=True)
        record_facts([gone], now=NOW)
    assert start_handovers(now=NOW) == 0


def test_a_handover_done_step_by_step_ends_as_a_fact(account: Account, carl: User) -> None:
    changed(account)
    start_handovers(now=NOW)
    run, order = PlaybookRun.objects.get(), []
    while open_tasks := list(run.tasks.filter(status=TaskStatus.OPEN)):
        task = open_tasks[0]
        order.append(task.step)
        complete_task(
            task=task, person=carl, actor=carl, now=NOW, outcome="answered" if task.kind == "call" else "",
            evidence=evidence_of(task),
        )  # fmt: skip
    run.refresh_from_db()
    assert order == [step.code for step in read_steps(HANDOVER)]
    assert (run.status, run.closed_at) == (RunStatus.DONE, NOW)
    closed = Event.objects.get(name="handover_closed")
    assert (closed.account, closed.occurred_at) == (account, NOW)


def test_a_step_is_not_ticked_without_its_evidence_whoever_writes(account: Account, carl: User) -> None:
    changed(account)
    start_handovers(now=NOW)
    task = Task.objects.get(step="papers")
    for given in ("", [], task.evidence_ask[:2]):
        with pytest.raises(DomainError):
            complete_task(task=task, person=carl, actor=carl, now=NOW, evidence=given)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE success_task SET status = 'done', closed_at = now() WHERE id = %s", [task.pk])
    task.refresh_from_db()
    assert task.status == TaskStatus.OPEN


def test_a_run_called_off_takes_its_open_steps_along(account: Account, carl: User) -> None:
    changed(account)
    start_handovers(now=NOW)
    run = PlaybookRun.objects.get()
    with pytest.raises(DomainError):
        call_off(run=run, reason=" ", actor=carl, now=NOW)
    assert call_off(run=run, reason="The old one stays", actor=carl, now=NOW) == 2
    assert set(run.tasks.values_list("status", flat=True)) == {TaskStatus.CANCELLED}
    with pytest.raises(Conflict):
        call_off(run=run, reason="Again", actor=carl, now=NOW)


def continuity(days_on: int) -> float:
    """The metric of the only account, as a run of so many days later measures it."""
    day = NOW.date() + timedelta(days=days_on)
    moment, rules = Moment(day, "UTC"), rules_in_force()
    return float(account_inputs(account_frame(moment, rules), moment, rules, frozenset()).x["continuity"][0])


def test_a_handover_called_off_is_closed_for_scoring(account: Account, carl: User) -> None:
    changed(account)
    start_handovers(now=NOW)
    assert continuity(9) == 0
    call_off(run=PlaybookRun.objects.get(), reason="The old one stays", actor=carl, now=NOW + timedelta(days=2))
    closed = Event.objects.get(name="handover_closed")
    assert (closed.account, closed.properties) == (account, {"called_off": True})
    assert [continuity(1), continuity(9)] == [0, 7]
    assert start_handovers(now=NOW + timedelta(days=2)) == 0


def test_of_two_handovers_of_an_account_the_last_one_closes(account: Account, carl: User) -> None:
    changed(account)
    changed(account, "change-2", at=NOW + timedelta(hours=1), to="third@example.com")
    assert start_handovers(now=NOW + timedelta(hours=1)) == 2
    first, second = PlaybookRun.objects.order_by("pk")
    call_off(run=first, reason="Somebody else takes over", actor=carl, now=NOW + timedelta(days=1))
    assert continuity(9) == 0
    call_off(run=second, reason="The old one stays", actor=carl, now=NOW + timedelta(days=3))
    assert continuity(9) == 6


def test_another_sop_called_off_closes_no_handover(account: Account, carl: User) -> None:
    ensure_ready(now=NOW)
    run = start_run(
        playbook=Playbook.objects.get(code="renewal"), account=account, trigger=Trigger.HAND, key="k", actor=None,
        now=NOW, term_on=date(2026, 9, 30),
    )  # fmt: skip
    call_off(run=run, reason="They left", actor=carl, now=NOW)
    assert not Event.objects.filter(name="handover_closed").exists()


def test_steps_before_the_end_of_a_term_need_a_term(account: Account) -> None:
    ensure_ready(now=NOW)
    renewal = Playbook.objects.get(code="renewal")
    given = {"playbook": renewal, "account": account, "trigger": Trigger.HAND, "actor": None, "now": NOW}
    with pytest.raises(DomainError):
        start_run(key="k", **given)  # type: ignore[arg-type]
    run = start_run(key="k", term_on=date(2026, 9, 30), **given)  # type: ignore[arg-type]
    assert run.tasks.get(step="offer").due_at.date() == date(2026, 8, 31)


def renewal_of(account: Account, ends_on: date, **fields: object) -> Renewal:
    contract = Contract.objects.create(
        contract_id=f"k-{ends_on}", account=account, starts_on=date(2026, 1, 1), ends_on=ends_on, recorded_at=NOW,
        updated_at=NOW,
    )  # fmt: skip
    return Renewal.objects.create(contract=contract, ends_on=ends_on, **fields)


def test_the_end_of_a_term_starts_its_renewal_once(account: Account, carl: User) -> None:
    day = NOW.date()
    due = [renewal_of(account, day + timedelta(days=days)) for days in (90, 120)]
    for days, fields in (
        (89, {}),
        (121, {}),
        (100, {"withdrawn": True}),
        (101, {"status": "renewed", "decided_at": NOW}),
    ):
        renewal_of(account, day + timedelta(days=days), **fields)
    assert [start_renewals(now=NOW), start_renewals(now=NOW)] == [2, 0]
    runs = PlaybookRun.objects.order_by("term_on")
    assert [(run.term_on, run.trigger) for run in runs] == [(renewal.ends_on, "renewal") for renewal in due]
    assert runs[0].tasks.get(step="review").assignee == carl
    assert start_renewals(now=NOW + timedelta(days=1)) == 1  # the one of 121 days has come near


def test_no_renewal_starts_where_the_tenant_wants_none(account: Account) -> None:
    renewal_of(account, NOW.date() + timedelta(days=100))
    Policy.objects.create(name="success.renewal_days", value=0)
    assert start_renewals(now=NOW) == 0


def test_what_runs_keeps_its_version(account: Account) -> None:
    changed(account)
    start_handovers(now=NOW)
    playbook = Playbook.objects.get(code="handover")
    content = json.loads(json.dumps(HANDOVER))
    content["stages"][0]["steps"][0]["title"] = "Something else"
    draft = save_draft(playbook=playbook, content=content, actor=None, now=NOW)
    assert published(playbook) != draft
    publish(version=draft, actor=None, now=NOW)
    assert published(playbook) == draft
    assert PlaybookRun.objects.get().version.number == 1
    with pytest.raises(Conflict):
        publish(version=draft, actor=None, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlaybookVersion.objects.filter(pk=draft.pk).update(content={"stages": []})


@pytest.mark.parametrize(
    "spoil",
    [
        {"code": "Not A Code"},
        {"role": "nobody"},
        {"title": "", "title_zh": ""},
        {"evidence": {"kind": "checklist", "ask": []}},
        {"due": {"from": "step", "days": 1, "step": "check"}},
        {"due": {}},
        {"due": {"from": "start", "days": -1}},
        {"due": {"from": "start", "days": 366}},
        {"due": {"from": "start", "days": 1e400}},
        {"due": {"from": "start", "days": "soon"}},
        {"title": "a\0b"},
        {"title": "\ud800"},
        {"body": float("nan")},
    ],
)
def test_a_draft_that_can_t_run_is_refused(account: Account, spoil: dict[str, object]) -> None:
    content = json.loads(json.dumps(HANDOVER))
    content["stages"][0]["steps"][0].update(spoil)
    ensure_ready(now=NOW)
    with pytest.raises(DomainError) as refused:
        save_draft(playbook=Playbook.objects.get(code="handover"), content=content, actor=None, now=NOW)
    assert refused.value.code == "playbook_unreadable"


@pytest.mark.parametrize("content", [None, [], 7, {"stages": 7}, {"stages": [{"name": "x"}]}, {"stages": []}])
def test_what_is_no_playbook_is_refused(account: Account, content: object) -> None:
    ensure_ready(now=NOW)
    with pytest.raises(DomainError) as refused:
        save_draft(playbook=Playbook.objects.get(code="handover"), content=content, actor=None, now=NOW)
    assert refused.value.code == "playbook_unreadable"


@pytest.mark.parametrize("name", [7, ["Before"], {"a": 1}])
def test_a_stage_is_called_what_its_words_say(account: Account, name: object) -> None:
    content = json.loads(json.dumps(HANDOVER))
    content["stages"][0]["name"] = name
    ensure_ready(now=NOW)
    draft = save_draft(playbook=Playbook.objects.get(code="handover"), content=content, actor=None, now=NOW)
    assert version_stages(draft, "en")[0].name == str(name)


@pytest.mark.django_db(transaction=True)
def test_four_who_look_at_once_start_one(account: Account) -> None:
    from tenants.context import find_tenant, use_tenant

    changed(account)

    def look() -> None:
        with use_tenant(find_tenant("acme")):
            start_handovers(now=NOW)
        connection.close()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (PlaybookRun.objects.count(), Task.objects.count()) == (1, 2)
