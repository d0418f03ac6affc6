"""What scoring knows of contracts: what runs on the day, as it was known then; else the account's own word."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from retention.customers.models import Account
from retention.customers.services.imports import import_file
from retention.customers.services.state import refresh_states
from retention.scoring.features.accounts import terms_sql
from retention.scoring.models import AccountScore
from retention.scoring.moment import Moment
from retention.scoring.services.runs import advance, request_run
from tests.customers.facts import make_customer, make_event
from tests.feedback.test_imports import write
from tests.success.conftest import NOW, make_account

D = date(2026, 3, 31)
Terms = dict[str, tuple[float | None, float | None, date | None]]


@pytest.fixture
def acme_account(tenant: object) -> Account:
    return make_account(traits={"seats": "10", "modules": ["crm", "mail"]})


def bring(tmp_path: Path, *rows: dict[str, str], now: datetime = NOW) -> None:
    known = {"account": "a-1", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "seats": "", "modules": ""}
    path = write(tmp_path / "contracts.csv", [{**known, **row} for row in rows])
    _job, result = import_file(kind="contracts", path=path, now=now)
    assert result.refused == 0


def terms(as_of: date = D, known_at: datetime | None = None) -> Terms:
    moment = Moment(as_of, "UTC", known_at)
    with connection.cursor() as cursor:
        cursor.execute(terms_sql(moment), moment.params)
        names = dict(Account.objects.values_list("pk", "external_id"))
        return {names[account]: tuple(said) for account, *said in cursor.fetchall()}  # type: ignore[misc]


def test_without_a_contract_the_account_says_it(acme_account: Account) -> None:
    assert terms() == {"a-1": (10.0, 2, None)}


def test_contracts_that_run_add_up_and_the_first_end_counts(acme_account: Account, tmp_path: Path) -> None:
    make_account("b-1")
    bring(
        tmp_path,
        {"contract_id": "k-1", "seats": "40", "modules": "3"},
        {"contract_id": "k-2", "seats": "5", "ends_on": "2026-06-30", "modules": "1"},
        {"contract_id": "k-3", "seats": "900", "starts_on": "2026-04-01"},  # not yet
        {"contract_id": "k-4", "seats": "900", "ends_on": "2026-03-30"},  # its last day is over
        {"contract_id": "k-5", "seats": "900", "ends_on": ""},
    )
    bring(tmp_path, {"contract_id": "k-5", "seats": "900", "ends_on": "", "deleted": "true"})
    assert terms() == {"a-1": (45.0, 4.0, date(2026, 6, 30)), "b-1": (None, None, None)}
    assert terms(date(2026, 4, 1))["a-1"][0] == 945.0


def test_from_one_contract_to_the_next_no_day_is_without(acme_account: Account, tmp_path: Path) -> None:
    bring(
        tmp_path,
        {"contract_id": "k-1", "seats": "40", "ends_on": "2026-03-31"},
        {"contract_id": "k-2", "seats": "50", "starts_on": "2026-04-01"},
    )
    last, first = terms(date(2026, 3, 31)), terms(date(2026, 4, 1))
    assert [last["a-1"], first["a-1"]] == [(40.0, 2, date(2026, 3, 31)), (50.0, 2, date(2026, 12, 31))]


@pytest.mark.parametrize(
    ("status", "seats"), [("active", 40.0), ("ended", 40.0), ("cancelled", 10.0), ("draft", 10.0)]
)
def test_what_was_called_off_binds_nobody(acme_account: Account, tmp_path: Path, status: str, seats: float) -> None:
    bring(tmp_path, {"contract_id": "k-1", "seats": "40", "status": status})
    assert terms()["a-1"][0] == seats


@pytest.mark.parametrize(("seats", "found"), [("40.0", 40.0), ("many", 10.0), ("", 10.0), ("-4", 10.0)])
def test_what_is_no_number_says_nothing(acme_account: Account, tmp_path: Path, seats: str, found: float) -> None:
    bring(tmp_path, {"contract_id": "k-1", "seats": seats})
    assert terms()["a-1"] == (found, 2, date(2026, 12, 31))


def test_a_past_run_knows_what_the_contract_said_then(acme_account: Account, tmp_path: Path) -> None:
    february, march = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    bring(tmp_path, {"contract_id": "k-1", "seats": "40", "ends_on": "2026-06-30"}, now=february)
    bring(tmp_path, {"contract_id": "k-1", "seats": "60"}, now=march)
    assert terms()["a-1"] == (60.0, 2, date(2026, 12, 31))
    assert terms(known_at=datetime(2026, 2, 15, tzinfo=UTC))["a-1"] == (40.0, 2, date(2026, 6, 30))
    assert terms(known_at=datetime(2026, 1, 15, tzinfo=UTC))["a-1"] == (10.0, 2, None)


def test_a_run_stores_what_the_contract_says(acme_account: Account, tmp_path: Path, settings: Any) -> None:
    settings.STAY_CLOCK = NOW.isoformat()
    bring(tmp_path, {"contract_id": "k-1", "seats": "40"})
    make_event(make_customer("c-1", NOW), "e-1", "log_in", datetime(2026, 3, 30, 9, tzinfo=UTC))
    refresh_states(None)
    run = advance(request_run(as_of=D, now=NOW).pk, clock=lambda: NOW)
    assert run.status == "done"
    score = AccountScore.current.get(account=acme_account)
    assert (score.seats, score.renews_on) == (40, date(2026, 12, 31))
