"""The portfolio, and what is written down on an account's page."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from retention.common import clock
from retention.customers.models import Account, Event
from retention.success.enums import ContractStatus
from retention.success.models import Contract
from retention.success.selectors.renewals import portfolio
from tenants.people.models import User
from tests.success.conftest import make_account
from tests.tenants.people.browser import signed_in


@pytest.mark.parametrize("rating", ["²", "five", "0", "6", "-1", "1e1"])
def test_what_is_no_rating_is_refused_in_words(account: Account, carl: User, rating: str) -> None:
    client = signed_in(carl)
    sent = client.post(f"/accounts/{account.public_id}/note/", {"rating": rating, "summary": "Quiet"}, follow=True)
    assert (sent.status_code, Event.objects.count()) == (200, 0)
    assert "alert-danger" in sent.content.decode()


@pytest.mark.parametrize(
    ("form", "kept"),
    [
        ({"rating": "2", "held": "on"}, ["csm_pulse", "meeting_held"]),
        ({"rating": "2"}, ["csm_pulse"]),
        ({"held": "on"}, ["meeting_held"]),
        ({}, ["note_added"]),
    ],
)
def test_a_meeting_is_kept_with_or_without_a_rating(
    account: Account, carl: User, form: dict[str, str], kept: list[str]
) -> None:
    signed_in(carl).post(f"/accounts/{account.public_id}/note/", {"summary": "Met the new sponsor", **form})
    assert sorted(Event.objects.values_list("name", flat=True)) == kept


def test_the_portfolio_is_found_by_name_id_and_csm(account: Account, carl: User) -> None:
    make_account("b-2", name="Bolt", csm="lin@example.com")
    client = signed_in(carl)

    def found(query: str) -> list[bool]:
        page = client.get(f"/portfolio/?{query}").content.decode()
        return [name in page for name in ("A-1", "Bolt")]

    assert found("") == [True, True]
    assert found("q=bol") == found("q=b-2") == found("q=lin%40") == [False, True]
    assert found("mine=me") == [True, False]


def agree(account: Account, *, until: int | None, status: ContractStatus = ContractStatus.ACTIVE) -> None:
    """A contract of the last year whose last day is `until` days from today."""
    now = clock.now()
    ends_on = None if until is None else now.date() + timedelta(days=until)
    Contract.objects.create(
        contract_id=f"k-{Contract.objects.count()}", account=account, starts_on=now.date() - timedelta(days=365),
        ends_on=ends_on, status=status, recorded_at=now, updated_at=now,
    )  # fmt: skip


def test_only_contracts_in_force_are_counted_and_called_so(account: Account, carl: User) -> None:
    for until, status in ((30, "active"), (0, "active"), (None, "active"), (30, "ended")):
        agree(account, until=until, status=ContractStatus(status))
    for until, status in ((-10, "active"), (-10, "ended"), (None, "ended"), (30, "cancelled"), (300, "draft")):
        agree(account, until=until, status=ContractStatus(status))
    later = Contract.objects.order_by("pk")[0]
    Contract.objects.filter(pk=later.pk).update(starts_on=clock.now().date() + timedelta(days=5))
    Contract.objects.update(amount=Decimal(100))
    assert portfolio(carl, now=clock.now()).get(pk=account.pk).money == 300
    page = signed_in(carl).get(f"/accounts/{account.public_id}/").content.decode()
    shown = {"In force": 2, "In force to its last day": 1, "Begins later": 1, "Ended": 3, "Cancelled": 1, "Draft": 1}
    assert {words: page.count(f"· {words}</li>") for words in shown} == shown


def test_who_left_is_on_no_track(account: Account, carl: User) -> None:
    kept = {
        "runs": [(30, ContractStatus.ACTIVE)],
        "runs on": [(None, ContractStatus.ACTIVE)],
        "runs out": [(30, ContractStatus.CANCELLED)],
        "renewed": [(-40, ContractStatus.ENDED), (325, ContractStatus.ACTIVE)],
        "talks": [(300, ContractStatus.DRAFT)],
        "ended": [(-40, ContractStatus.ENDED)],
        "forgotten": [(-40, ContractStatus.ACTIVE), (300, ContractStatus.DRAFT)],
    }
    for name, contracts in kept.items():
        made = make_account(name)
        for until, status in contracts:
            agree(made, until=until, status=status)
    left = portfolio(carl, now=clock.now()).filter(has_left=True)
    assert sorted(left.values_list("external_id", flat=True)) == ["ended", "forgotten"]
    page = signed_in(carl).get("/portfolio/").content.decode()
    assert page.count("no contract in force") == 2
    page = signed_in(carl).get("/portfolio/?slips=left").content.decode()
    assert ("FORGOTTEN" in page, "RENEWED" in page) == (True, False)
