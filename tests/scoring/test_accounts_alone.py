"""A tenant whose events name accounts and nobody: its accounts are scored."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from retention.common.errors import DomainError
from retention.customers.models import Account, EventBehaviour
from retention.customers.services.own_facts import OwnFact, record_facts
from retention.scoring.models import AccountScore, ScoreRun
from retention.scoring.services.schedule import schedule_due_runs
from tenants.models import Tenant
from tests.scoring.loading import score

AT = datetime(2024, 3, 1, 8, tzinfo=UTC)
DAY = date(2024, 3, 5)


@pytest.fixture
def account(tenant: Tenant) -> Account:
    EventBehaviour.objects.update_or_create(name="core_use", defaults={"behaviour": "core_use"})
    return Account.objects.create(external_id="a", name="A", recorded_at=AT, updated_at=AT)


def acts(account: Account) -> None:
    record_facts([OwnFact("u-1", "core_use", AT, account=account.pk)], now=AT)


def test_accounts_are_scored_without_any_customer(account: Account) -> None:
    acts(account)
    run = score(DAY)
    assert (run.status, run.customers, run.is_current) == ("done", 0, True)
    assert list(AccountScore.objects.values_list("account", "run")) == [(account.pk, run.pk)]


def test_accounts_that_have_done_nothing_yet_are_refused(account: Account) -> None:
    with pytest.raises(DomainError, match="Nobody has bought or done anything"):
        score(DAY)
    acts(account)
    with pytest.raises(DomainError, match="Nobody has bought or done anything"):
        score(date(2024, 2, 29))


def test_the_daily_run_is_asked_for(account: Account) -> None:
    now = datetime(2024, 3, 6, 5, tzinfo=UTC)
    assert schedule_due_runs(now=now) == []
    acts(account)
    assert len(schedule_due_runs(now=now)) == 1
    assert ScoreRun.objects.get().as_of == DAY
