"""A portfolio goes to somebody else: everything or nothing, with its history, its events and its SOPs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from retention.common.errors import Conflict, DomainError
from retention.customers.models import Account, Event
from retention.success.models import Assignment, Contract, PlaybookRun, Renewal
from retention.success.selectors.load import Load, loads
from retention.success.services.handing_over import Moved, count_moved, hand_over
from retention.success.services.runs import start_handovers
from tenants.governance.models import AuditEntry
from tenants.people.enums import RoleName
from tenants.people.models import User
from tests.conftest import make_person
from tests.success.conftest import NOW, a_task, make_account
from tests.tenants.people.browser import signed_in

TODAY = date(2026, 4, 1)


@pytest.fixture
def bea(tenant: object) -> User:
    return make_person(RoleName.CSM, "Bea")


@pytest.fixture
def portfolio(account: Account, carl: User) -> list[Account]:
    """Carl's two accounts, in different cases of letters, and one of somebody else's."""
    return [account, make_account("a-2", csm=carl.email.upper()), make_account("b-1", csm="lin@example.com")]


def renewal_of(account: Account, owner: User | None) -> Renewal:
    contract = Contract.objects.create(
        contract_id=f"k-{account.pk}", account=account, product="Suite", amount=Decimal(1200), starts_on=TODAY,
        ends_on=TODAY + timedelta(days=60), recorded_at=NOW, updated_at=NOW,
    )  # fmt: skip
    return Renewal.objects.create(contract=contract, ends_on=contract.ends_on, owner=owner)


def changes() -> list[dict[str, object]]:
    rows = Event.objects.filter(name="consultant_changed", superseded_at=None).order_by("account__external_id")
    return [{"account": row.account.external_id, **row.properties} for row in rows if row.account]


def test_accounts_tasks_and_renewals_go_over_together(portfolio: list[Account], carl: User, bea: User) -> None:
    mine, upper, other = portfolio
    tasks = [a_task(source_key=str(place), account=row, assignee=carl) for place, row in enumerate(portfolio)]
    somebodys = a_task(source_key="9", account=mine, assignee=None)
    renewals = [renewal_of(mine, carl), renewal_of(upper, None)]
    assert count_moved(role="csm", leaver=carl.email, actor=bea) == Moved(2, 2, 1)
    moved = hand_over(role="csm", leaver=carl.email, taker=bea, why="She knows them", actor=carl, now=NOW)
    assert moved == Moved(2, 2, 1)
    assert list(Account.objects.order_by("external_id").values_list("csm", flat=True)) == [
        bea.email, bea.email, "lin@example.com",
    ]  # fmt: skip
    for row in (*tasks, somebodys, *renewals):
        row.refresh_from_db()
    assert [task.assignee for task in tasks] == [bea, bea, carl]
    assert (somebodys.assignee, renewals[0].owner, renewals[1].owner) == (None, bea, None)
    assert changes() == [
        {"account": "a-1", "role": "csm", "from": carl.email, "to": bea.email},
        {"account": "a-2", "role": "csm", "from": carl.email.upper(), "to": bea.email},
    ]
    entry = AuditEntry.objects.latest("position")
    assert (entry.action, entry.detail) == (
        "portfolio.handed_over",
        {"role": "csm", "why": "She knows them", "accounts": 2, "tasks": 2, "renewals": 1},
    )
    assert {row.account_id for row in Assignment.objects.filter(staff=bea.email, role="cares", until=None)} == {
        mine.pk, upper.pk,
    }  # fmt: skip
    assert other.assignments.count() == 0


def test_the_history_ends_whoever_it_was_before(account: Account, carl: User, bea: User) -> None:
    Assignment.objects.create(
        key="old", account=account, staff=carl.email, role="cares", starts_on=TODAY - timedelta(days=90),
        recorded_at=NOW,
    )  # fmt: skip
    hand_over(role="csm", leaver=carl.email, taker=bea, why="", actor=carl, now=NOW)
    rows = Assignment.objects.order_by("starts_on").values_list("staff", "until")
    assert list(rows) == [(carl.email, TODAY), (bea.email, None)]
    hand_over(role="csm", leaver=bea.email, taker=carl, why="back", actor=carl, now=NOW + timedelta(days=3))
    rows = Assignment.objects.order_by("starts_on").values_list("staff", "until")
    assert list(rows)[1:] == [(bea.email, TODAY + timedelta(days=3)), (carl.email, None)]


def test_a_consultant_s_hand_over_starts_its_sop_once(account: Account, bea: User) -> None:
    hand_over(role="consultant", leaver="IRIS@example.com", taker=bea, why="", actor=bea, now=NOW)
    account.refresh_from_db()
    assert (account.consultant, account.consultant_since) == (bea.email, TODAY)
    for _ in range(2):
        start_handovers(now=NOW + timedelta(minutes=1))
    assert list(PlaybookRun.objects.values_list("account", "trigger")) == [(account.pk, "consultant_changed")]


def test_nothing_moves_twice_and_nobody_takes_from_themselves(account: Account, carl: User, bea: User) -> None:
    with pytest.raises(DomainError, match="same person"):
        hand_over(role="csm", leaver=carl.email, taker=carl, why="", actor=carl, now=NOW)
    hand_over(role="csm", leaver=carl.email, taker=bea, why="", actor=carl, now=NOW)
    with pytest.raises(Conflict, match="any more"):
        hand_over(role="csm", leaver=carl.email, taker=bea, why="", actor=carl, now=NOW)
    assert len(changes()) == 1


def test_load_counts_accounts_money_and_open_tasks_of_each(portfolio: list[Account], carl: User) -> None:
    renewal_of(portfolio[0], None)
    renewal_of(portfolio[1], None)
    a_task(account=portfolio[0])
    assert loads(carl, "csm", today=TODAY) == [
        Load(carl.email, 2, Decimal(2400), 1), Load("lin@example.com", 1, Decimal(0), 0),
    ]  # fmt: skip
    assert loads(carl, "consultant", today=TODAY) == [Load("iris@example.com", 1, Decimal(1200), 1)]


def test_the_page_says_what_moves_before_it_moves(portfolio: list[Account], ada: User, carl: User, bea: User) -> None:
    client = signed_in(ada)
    assert f"leaver={carl.email.replace('@', '%40')}" in client.get("/portfolio/load/").content.decode()
    given = {"role": "csm", "leaver": carl.email, "taker": str(bea.public_id), "why": "leaves"}
    page = client.post("/portfolio/hand-over/", given).content.decode()
    assert "This moves accounts: 2, their open tasks: 0, and renewals: 0." in page
    assert moved_to(client, {**given, "seen": "1"}, bea) == 0  # one more came meanwhile: look again
    assert moved_to(client, {**given, "seen": "2"}, bea) == 2


def moved_to(client: Client, given: dict[str, str], taker: User) -> int:
    client.post("/portfolio/hand-over/", given)
    return Account.objects.filter(csm=taker.email).count()


def test_a_csm_may_look_and_not_move(account: Account, carl: User) -> None:
    client = signed_in(carl)
    page = client.get("/portfolio/load/")
    assert (page.status_code, "hand-over" in page.content.decode()) == (200, False)
    assert client.get("/portfolio/hand-over/").status_code == 403
