"""A dead letter is sent again through the same checks or dropped, once, and the audit log says by whom."""

from __future__ import annotations

from typing import Any

import pytest

from retention.common.errors import Conflict, DomainError
from tenants.context import current_tenant, use_public
from tenants.enums import TenantStatus
from tenants.governance.models import AuditEntry
from tenants.models import DeadLetter, Tenant
from tenants.services.dead_letters import drop_letter, retry_letter
from tenants.tasks import HEADER, tenant_task

ran: list[tuple[str, int]] = []


@tenant_task(name="tests.note_letter")
def note_letter(tenant: str, number: int) -> None:
    ran.append((current_tenant().slug, number))


@pytest.fixture(autouse=True)
def nothing_ran() -> None:
    ran.clear()


def refused(acme: Tenant, **headers: str) -> int:
    """A message that came while acme was suspended."""
    with use_public():
        Tenant.objects.filter(pk=acme.pk).update(status=TenantStatus.SUSPENDED)
    note_letter.apply(kwargs={"tenant": "acme", "number": 7}, headers={HEADER: str(acme.public_id), **headers})
    with use_public():
        return DeadLetter.objects.values_list("pk", flat=True).get()


def reasons() -> list[str]:
    with use_public():
        return list(DeadLetter.objects.values_list("reason", flat=True))


def acts() -> list[tuple[Any, ...]]:
    """What was done to dead letters; the log of the platform outlives the tests that write other things into it."""
    with use_public():
        entries = AuditEntry.objects.filter(action__startswith="dead_letter.").order_by("position")
        return list(entries.values_list("action", "actor", "detail"))


def test_a_retried_message_runs_when_its_reason_is_gone(acme: Tenant) -> None:
    letter = refused(acme, other="kept out")
    with use_public():
        Tenant.objects.filter(pk=acme.pk).update(status=TenantStatus.ACTIVE)
    retry_letter(letter=letter, actor="test")
    assert (ran, reasons()) == ([("acme", 7)], [])
    detail = {"task": "tests.note_letter", "reason": "tenant_suspended"}
    assert acts() == [("dead_letter.retried", "test", detail)]


def test_a_retried_message_passes_the_same_checks(acme: Tenant) -> None:
    letter = refused(acme)
    retry_letter(letter=letter, actor="test")
    assert (ran, reasons()) == ([], ["tenant_suspended"])
    with use_public():
        assert DeadLetter.objects.get().pk != letter


def test_a_dropped_message_never_runs_and_ends_once(acme: Tenant) -> None:
    letter = refused(acme)
    drop_letter(letter=letter, actor="test")
    assert (ran, reasons()) == ([], [])
    for end in (drop_letter, retry_letter):
        with pytest.raises(Conflict) as gone:
            end(letter=letter, actor="test")
        assert gone.value.code == "letter_gone"
    assert [action for action, _actor, _detail in acts()] == ["dead_letter.dropped"]


@pytest.mark.parametrize(
    ("task", "code"), [("tests.never_was", "unknown_task"), ("tests.note_letter", "unknown_arguments")]
)
def test_a_message_that_no_task_takes_stays(acme: Tenant, task: str, code: str) -> None:
    with use_public():
        letter = DeadLetter.objects.create(task=task, arguments={"kwargs": {"number": 7}}, reason="no_tenant").pk
    with pytest.raises(DomainError) as refusal:
        retry_letter(letter=letter, actor="test")
    assert refusal.value.code == code
    assert (reasons(), acts()) == (["no_tenant"], [])
