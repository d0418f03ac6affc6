"""Contracts as histories of renewals: as they come through the door, corrected, called off, decided, known late."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from retention.customers.models import Account
from retention.customers.services.imports import import_file
from retention.scoring.frames.renewals import running_terms_of
from retention.scoring.moment import Moment
from retention.scoring.services.schedule import schedule_due_runs
from retention.success.models import Renewal
from tenants.people.models import User
from tests.feedback.test_imports import write
from tests.scoring.loading import score
from tests.scoring.memberships import histories, running
from tests.success.conftest import NOW, make_account
from tests.tenants.people.browser import signed_in

D = date(2026, 3, 31)


@pytest.fixture(autouse=True)
def acme_account(tenant: object) -> Account:
    return make_account()


def bring(tmp_path: Path, *rows: dict[str, str], now: datetime = NOW) -> None:
    known = {"account": "a-1", "product": "crm", "amount": "1200", "status": "active", "term": ""}
    names = ("contract_id", "starts_on", "ends_on", *known, "deleted")
    path = write(
        tmp_path / "contracts.csv", [{name: ({**known, **row}).get(name, "") for name in names} for row in rows]
    )
    _job, result = import_file(kind="contracts", path=path, now=now)
    assert result.refused == 0


def year(number: int, **fields: str) -> dict[str, str]:
    """The contract of that year."""
    return {"contract_id": f"k-{number}", "starts_on": f"{number}-01-01", "ends_on": f"{number}-12-31", **fields}


def test_the_next_contract_of_owner_and_product_is_a_renewal(tmp_path: Path) -> None:
    bring(tmp_path, year(2023), year(2024), year(2025), year(2026), year(2024, contract_id="m-1", product="mail"))
    assert histories(D) == [("yearly", 0, True), ("yearly", 3, False)]
    assert running(D) == [("yearly", 3, date(2026, 12, 31), 1200.0)]


def test_the_owner_may_be_a_customer_or_an_account(tmp_path: Path) -> None:
    bring(tmp_path, year(2025), year(2026), {**year(2026, contract_id="c-9"), "account": ""} | {"account": "b-1"})
    found = running_terms_of(Moment(D, "UTC"), 30, accounts=[Account.objects.get(external_id="b-1").pk])
    assert found["renewals"].tolist() == [0]


def test_drafts_and_what_was_deleted_bind_nobody(tmp_path: Path) -> None:
    bring(tmp_path, year(2024), year(2025, status="draft"), year(2026))
    bring(tmp_path, year(2026, deleted="true"))
    assert histories(D) == [("yearly", 0, True)]


def test_what_was_called_off_leaves_at_its_end_and_is_worth_nothing_more(tmp_path: Path) -> None:
    bring(tmp_path, year(2025), year(2026, status="cancelled"))
    assert (histories(D), running(D)) == ([("yearly", 1, False)], [])
    assert histories(date(2027, 2, 28)) == [("yearly", 1, True)]


def test_a_term_broken_off_is_one_of_its_kind(tmp_path: Path) -> None:
    bring(tmp_path, year(2024), {**year(2025, status="cancelled"), "ends_on": "2025-05-11"})
    assert histories(D) == [("yearly", 1, True)]


def test_a_later_last_day_is_a_renewal_unless_it_corrects_the_first(tmp_path: Path) -> None:
    first, corrected, longer = (datetime(2024, month, 1, tzinfo=UTC) for month in (1, 2, 12))
    bring(tmp_path, {**year(2024), "ends_on": "2024-06-30"}, now=first)
    bring(tmp_path, year(2024), now=corrected)
    bring(tmp_path, {**year(2024), "ends_on": "2025-12-31"}, now=longer)
    assert histories(date(2025, 6, 30)) == [("yearly", 1, False)]
    assert running(date(2025, 6, 30)) == [("yearly", 1, date(2025, 12, 31), 1200.0)]
    before = datetime(2024, 6, 1, tzinfo=UTC)
    assert histories(date(2025, 6, 30), known_at=before) == [("yearly", 0, True)]


@pytest.mark.parametrize(
    ("decided", "found", "runs"),
    [
        ("renewed", [("yearly", 1, False)], [("yearly", 1, date(2026, 12, 31), 1200.0)]),
        ("contracted", [("yearly", 1, False)], [("yearly", 1, date(2026, 12, 31), 1200.0)]),
        ("lost", [("yearly", 0, True)], []),
    ],
)
def test_what_was_decided_counts_before_the_next_contract_is_there(
    tmp_path: Path, decided: str, found: object, runs: object
) -> None:
    bring(tmp_path, year(2025))
    at = datetime(2026, 1, 10, tzinfo=UTC)
    Renewal.objects.update(status=decided, decided_at=at)
    assert (histories(D), running(D)) == (found, runs)
    assert histories(D, known_at=datetime(2025, 12, 31, tzinfo=UTC)) == []  # the contract itself came later
    assert running(date(2026, 1, 9)) == [("yearly", 0, date(2025, 12, 31), 1200.0)]


def test_a_subscription_may_say_how_long_its_term_is(tmp_path: Path) -> None:
    monthly = {"contract_id": "s-1", "starts_on": "2025-10-15", "term": "month"}
    bring(tmp_path, monthly, {"contract_id": "s-2", "starts_on": "2025-10-15", "product": "mail"})
    assert histories(D) == [("monthly", 5, False)]
    assert running(D) == [("monthly", 5, date(2026, 4, 14), 1200.0)]


def test_an_account_sees_what_its_contracts_are_worth_or_why_not(
    tmp_path: Path, acme_account: Account, max_: User
) -> None:
    bring(tmp_path, year(2025), year(2026))
    assert score(D).status == "done"  # a tenant of accounts alone
    page = signed_in(max_).get(f"/accounts/{acme_account.public_id}/").content.decode()
    assert "Subscriptions and contracts" in page
    assert "Yearly: Not fitted: 1 contracts came up for renewal, of the 100 it needs." in page
    assert signed_in(max_).get("/scores/").status_code == 200
    assert signed_in(max_).get("/").status_code == 200


def test_a_tenant_of_accounts_alone_is_scored_by_schedule(tmp_path: Path) -> None:
    assert schedule_due_runs(now=NOW) == []
    bring(tmp_path, year(2026))
    assert len(schedule_due_runs(now=NOW)) == 1
