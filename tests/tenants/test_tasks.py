"""A task runs in the tenant that argument and header agree on, or it is a dead letter."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from retention.common.errors import TenancyError
from tenants.context import current_tenant, use_public, use_tenant
from tenants.enums import TenantStatus
from tenants.models import DeadLetter, Tenant
from tenants.tasks import HEADER, tenant_task

ran: list[tuple[str, str, int]] = []


@tenant_task(name="tests.note_tenant")
def note_tenant(tenant: str, number: int) -> None:
    ran.append((tenant, current_tenant().slug, number))


@pytest.fixture(autouse=True)
def nothing_ran() -> None:
    ran.clear()


def letters() -> list[tuple[str, str]]:
    with use_public():
        return list(DeadLetter.objects.values_list("task", "reason"))


def deliver(kwargs: dict[str, Any], headers: dict[str, str] | None) -> None:
    note_tenant.apply(kwargs=kwargs, headers=headers)


def test_a_wake_up_is_sent_on_commit_and_names_the_tenant_twice(
    tenant: Tenant, rival: Tenant, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        note_tenant.wake(number=7)
        assert ran == []
    assert ran == [("acme", "acme", 7)]
    with use_tenant(rival), django_capture_on_commit_callbacks(execute=True):
        note_tenant.wake(number=8)
    assert ran == [("acme", "acme", 7), ("rival", "rival", 8)]


def test_without_a_tenant_there_is_no_wake_up(acme: Tenant) -> None:
    with use_public(), pytest.raises(TenancyError):
        note_tenant.wake(number=7)


def test_a_message_without_header_argument_or_agreement_is_a_dead_letter(acme: Tenant, rival: Tenant) -> None:
    good = {HEADER: str(acme.public_id)}
    wrong: list[tuple[dict[str, Any], dict[str, str] | None, str]] = [
        ({"tenant": "acme", "number": 1}, None, "tenant_mismatch"),
        ({"tenant": "acme", "number": 1}, {HEADER: str(rival.public_id)}, "tenant_mismatch"),
        ({"tenant": "acme", "number": 1}, {HEADER: str(uuid4())}, "tenant_mismatch"),
        ({"number": 1}, good, "no_tenant"),
        ({"tenant": "nobody", "number": 1}, good, "no_tenant"),
        ({"tenant": "public", "number": 1}, good, "no_tenant"),
    ]
    for kwargs, headers, reason in wrong:
        deliver(kwargs, headers)
        assert letters()[0] == ("tests.note_tenant", reason)
    assert ran == []
    assert len(letters()) == len(wrong)
    deliver({"tenant": "acme", "number": 1}, good)
    assert ran == [("acme", "acme", 1)]


def test_a_suspended_tenant_runs_nothing(acme: Tenant) -> None:
    with use_public():
        Tenant.objects.filter(pk=acme.pk).update(status=TenantStatus.SUSPENDED)
    deliver({"tenant": "acme", "number": 1}, {HEADER: str(acme.public_id)})
    assert (ran, letters()) == ([], [("tests.note_tenant", "tenant_suspended")])
