"""Chores fall due per tenant, and each is claimed by one scheduler only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tenants.chore_tasks import run_chore
from tenants.chores import Chore, chores
from tenants.context import use_public, use_tenant
from tenants.enums import TenantStatus
from tenants.models import Schedule, Tenant
from tenants.services.schedule import claim_due

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def sweeping(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[datetime]]:
    """One chore, every ten minutes, that notes when it ran; no other chore exists meanwhile."""
    ran: list[datetime] = []
    monkeypatch.setattr(chores, "_things", {"sweep": Chore("sweep", timedelta(minutes=10), ran.append)})
    yield ran


def claimed(now: datetime) -> list[tuple[str, str]]:
    return [(due.tenant.slug, due.name) for due in claim_due(now=now)]


def test_a_new_chore_is_due_at_once_in_every_tenant_and_then_after_its_time(
    acme: Tenant, rival: Tenant, sweeping: list[datetime]
) -> None:
    assert sorted(claimed(NOW)) == [("acme", "sweep"), ("rival", "sweep")]
    assert claimed(NOW + timedelta(minutes=9)) == []
    assert sorted(claimed(NOW + timedelta(minutes=10))) == [("acme", "sweep"), ("rival", "sweep")]


def test_a_suspended_tenant_is_left_alone(acme: Tenant, rival: Tenant, sweeping: list[datetime]) -> None:
    with use_public():
        Tenant.objects.filter(pk=rival.pk).update(status=TenantStatus.SUSPENDED)
    assert claimed(NOW) == [("acme", "sweep")]


def test_after_an_outage_a_chore_is_claimed_once_and_not_once_for_each_missed_time(
    acme: Tenant, rival: Tenant, sweeping: list[datetime]
) -> None:
    claimed(NOW)
    late = NOW + timedelta(days=3)
    assert sorted(claimed(late)) == [("acme", "sweep"), ("rival", "sweep")]
    assert claimed(late) == []
    with use_public():
        assert set(Schedule.objects.values_list("due_at", flat=True)) == {late + timedelta(minutes=10)}


def test_the_task_runs_the_chore_inside_its_tenant(tenant: Tenant, sweeping: list[datetime]) -> None:
    with use_tenant(tenant):
        run_chore(tenant="acme", name="sweep", due_at=NOW.isoformat())
        run_chore(tenant="acme", name="gone", due_at=NOW.isoformat())
    assert sweeping == [NOW]


def test_the_row_of_a_chore_is_unique(acme: Tenant, sweeping: list[datetime]) -> None:
    claimed(NOW)
    claimed(NOW + timedelta(minutes=11))
    with use_public():
        assert Schedule.objects.filter(tenant=acme, name="sweep").count() == 1
