"""Contracts and assignments from files: nothing lost, what was said before is kept, ends of terms become renewals."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from retention.customers.models import Account
from retention.customers.services.imports import import_file
from retention.success.enums import RenewalStatus
from retention.success.models import Assignment, Contract, ContractVersion, Renewal
from retention.success.selectors.terms import term_of
from retention.success.services.renewals import decide
from tenants.people.models import User

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 4, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("tenant")


def bring(folder: Path, kind: str, rows: list[dict[str, str]], at: datetime = NOW) -> tuple[int, int, int, int]:
    path = folder / f"{kind}.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list({name: None for row in rows for name in row}))
        writer.writeheader()
        writer.writerows(rows)
    _job, result = import_file(kind=kind, path=path, now=at)
    return result.read, result.kept, result.unchanged, result.refused


def contract(**cells: str) -> dict[str, str]:
    return {
        "contract_id": "k-1",
        "account": "acme",
        "product": "Suite",
        "starts_on": "2025-07-01",
        "ends_on": "2026-06-30",
        "amount": "12000",
        "status": "active",
        **cells,
    }


def assigned(**cells: str) -> dict[str, str]:
    return {
        "account": "acme",
        "staff": "iris@x.example",
        "role": "consultant",
        "from": "2025-01-01",
        "to": "",
        **cells,
    }


def renewals() -> list[tuple[date, Decimal | None, str, bool]]:
    return list(Renewal.objects.order_by("ends_on").values_list("ends_on", "amount", "status", "withdrawn"))


def test_a_contract_makes_its_account_and_its_renewal_and_again_changes_nothing(tmp_path: Path) -> None:
    assert bring(tmp_path, "contracts", [contract()]) == (1, 1, 0, 0)
    assert bring(tmp_path, "contracts", [contract()], LATER) == (1, 0, 1, 0)
    account = Account.objects.get(external_id="acme")
    assert renewals() == [(date(2026, 6, 30), Decimal(12000), "open", False)]
    assert term_of(account, now=NOW) == date(2026, 6, 30)
    assert ContractVersion.objects.count() == 1


def test_what_it_said_before_is_kept(tmp_path: Path) -> None:
    bring(tmp_path, "contracts", [contract()])
    bring(tmp_path, "contracts", [contract(amount="9000", ends_on="2026-12-31")], LATER)
    versions = ContractVersion.objects.order_by("number").values_list("number", "amount", "ends_on", "superseded_at")
    assert list(versions) == [
        (1, Decimal(12000), date(2026, 6, 30), LATER),
        (2, Decimal(9000), date(2026, 12, 31), None),
    ]
    assert renewals() == [
        (date(2026, 6, 30), Decimal(12000), "open", True),
        (date(2026, 12, 31), Decimal(9000), "open", False),
    ]


def test_what_a_person_decided_stands_against_a_file(tmp_path: Path, ada: User) -> None:
    bring(tmp_path, "contracts", [contract()])
    renewal = Renewal.objects.get()
    decide(
        renewal=renewal, status=RenewalStatus.CONTRACTED, amount_after=Decimal(8000), reason="Fewer seats", actor=ada,
        now=NOW,
    )  # fmt: skip
    bring(tmp_path, "contracts", [contract(amount="7000")], LATER)
    bring(tmp_path, "contracts", [contract(status="cancelled")], LATER)
    assert renewals() == [(date(2026, 6, 30), Decimal(12000), "contracted", False)]


@pytest.mark.parametrize(
    ("spoil", "column"),
    [
        ({"account": ""}, "account"),
        ({"starts_on": ""}, "starts_on"),
        ({"ends_on": "2025-06-30"}, "ends_on"),
        ({"amount": "a lot"}, "amount"),
        ({"status": "maybe"}, "status"),
    ],
)
def test_a_row_that_can_t_be_is_refused_with_its_place(tmp_path: Path, spoil: dict[str, str], column: str) -> None:
    good = contract(contract_id="k-2")
    path = tmp_path / "contracts.csv"
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(good))
        writer.writeheader()
        writer.writerows([contract(**spoil), good])
    job, result = import_file(kind="contracts", path=path, now=NOW)
    assert (result.kept, result.refused) == (1, 1)
    assert list(job.errors.values_list("line", "column")) == [(2, column)]
    assert list(Contract.objects.values_list("contract_id", flat=True)) == ["k-2"]


def test_a_withdrawn_contract_takes_its_open_renewal_along(tmp_path: Path) -> None:
    bring(tmp_path, "contracts", [contract()])
    bring(tmp_path, "contracts", [{"contract_id": "k-1", "deleted": "true"}], LATER)
    assert Contract.objects.get().withdrawn
    assert [withdrawn for *_rest, withdrawn in renewals()] == [True]


def test_whoever_takes_over_ends_the_one_before(tmp_path: Path) -> None:
    rows = [
        assigned(),
        assigned(staff="omar@x.example", **{"from": "2025-09-01"}),
        assigned(staff="carl@x.example", role="csm"),
    ]
    assert bring(tmp_path, "assignments", rows) == (3, 3, 0, 0)
    assert bring(tmp_path, "assignments", rows, LATER) == (3, 0, 3, 0)
    found = Assignment.objects.order_by("role", "starts_on").values_list("staff", "role", "starts_on", "until")
    assert list(found) == [
        ("carl@x.example", "cares", date(2025, 1, 1), None),
        ("iris@x.example", "delivers", date(2025, 1, 1), date(2025, 9, 1)),
        ("omar@x.example", "delivers", date(2025, 9, 1), None),
    ]
    between = assigned(staff="uma@x.example", **{"from": "2025-05-01", "to": "2025-05-31"})
    bring(tmp_path, "assignments", [between], LATER)
    assert list(Assignment.objects.filter(role="delivers").order_by("starts_on").values_list("until", flat=True)) == [
        date(2025, 5, 1),
        date(2025, 6, 1),
        None,
    ]


def test_assignments_that_can_t_be_are_refused(tmp_path: Path) -> None:
    rows = [assigned(role="cook"), assigned(account=""), assigned(to="2024-12-31"), assigned()]
    assert bring(tmp_path, "assignments", rows) == (4, 1, 0, 3)


@pytest.mark.parametrize(
    "rows",
    [
        [contract(account="", customer="ann")],  # the other party
        [contract(customer="ann")],  # both
        [contract(starts_on="2027-01-01", ends_on="")],  # begins after the end that is kept
        [contract(starts_on="", ends_on="2025-01-01")],  # ends before the beginning that is kept
    ],
)
def test_a_row_that_contradicts_what_is_kept_is_refused_alone(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    bring(tmp_path, "contracts", [contract()])
    good = contract(contract_id="k-2", account="bolt")
    assert bring(tmp_path, "contracts", [*rows, good], LATER) == (2, 1, 0, 1)
    first = Contract.objects.get(contract_id="k-1")
    assert (first.customer, first.starts_on, first.ends_on) == (None, date(2025, 7, 1), date(2026, 6, 30))
    assert Contract.objects.filter(contract_id="k-2").exists()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"starts_on": "2026-01-01", "ends_on": ""}, {"starts_on": "", "ends_on": "2025-12-31"}),
        ({"account": "acme"}, {"account": "", "customer": "ann"}),
        ({"starts_on": ""}, {"starts_on": ""}),
    ],
)
def test_rows_of_one_contract_that_contradict_each_other_are_refused_together(
    tmp_path: Path, first: dict[str, str], second: dict[str, str]
) -> None:
    rows = [contract(**first), contract(**second), contract(contract_id="k-2")]
    assert bring(tmp_path, "contracts", rows) == (3, 1, 0, 2)
    assert list(Contract.objects.values_list("contract_id", flat=True)) == ["k-2"]


def test_two_rows_that_complete_each_other_are_one_contract(tmp_path: Path) -> None:
    rows = [contract(starts_on=""), contract(account="", ends_on="")]
    assert bring(tmp_path, "contracts", rows) == (2, 2, 0, 0)
    kept = Contract.objects.get()
    assert (kept.account and kept.account.external_id, kept.starts_on, kept.ends_on) == (
        "acme", date(2025, 7, 1), date(2026, 6, 30),
    )  # fmt: skip
