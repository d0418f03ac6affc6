"""What health reads of delivery: a hand-over is a change of the consultant, not of the CSM, and open until closed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from retention.common.copying import NO_DAY
from retention.customers.models import Account
from retention.customers.services.own_facts import OwnFact, record_facts
from retention.scoring.frames.frame import Frame
from retention.scoring.moment import Moment, day_number
from retention.scoring.rules import rules_in_force
from retention.scoring.services.accounts import account_frame, account_inputs
from tenants.models import Tenant

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = date(2026, 3, 1)


@pytest.fixture
def account(tenant: Tenant) -> Account:
    return Account.objects.create(external_id="a", name="A", recorded_at=NOW, updated_at=NOW)


def said(account: Account, name: str, days_before: int, **properties: object) -> OwnFact:
    at = NOW - timedelta(days=days_before)
    return OwnFact(f"{name}-{account.pk}-{days_before}", name, at, account=account.pk, properties=properties)


def found(*facts: OwnFact) -> Frame:
    """What is known of the account once `facts` are."""
    record_facts(facts, now=NOW)
    return account_frame(Moment(DAY, "UTC"), rules_in_force())


def continuity(frame: Frame) -> tuple[float, bool]:
    """The metric (NaN: none), and whether the wound of an overdue hand-over is there."""
    inputs = account_inputs(frame, Moment(DAY, "UTC"), rules_in_force(), frozenset())
    return float(inputs.x["continuity"][0]), bool(inputs.wounds["handover_overdue"][0])


@pytest.mark.parametrize(("role", "is_open"), [(None, True), ("consultant", True), ("csm", False)])
def test_only_a_change_of_the_consultant_opens_a_handover(account: Account, role: str | None, is_open: bool) -> None:
    given = {} if role is None else {"role": role}
    frame = found(
        said(account, "consultant_changed", 28),
        said(account, "handover_closed", 19),
        said(account, "consultant_changed", 9, **given),
    )
    assert (frame["handover_open_on"][0] != NO_DAY) == is_open


def test_a_handover_that_was_never_closed_stays_open(account: Account) -> None:
    frame = found(said(account, "consultant_changed", 700))
    assert frame["handover_open_on"][0] == day_number(DAY) - 700
    assert continuity(frame) == (0, True)


def test_one_that_was_closed_long_ago_is_none(account: Account) -> None:
    frame = found(said(account, "consultant_changed", 700), said(account, "handover_closed", 300))
    assert (frame["handover_open_on"][0], frame["handover_closed_on"][0]) == (NO_DAY, NO_DAY)
    assert continuity(frame) == (pytest.approx(float("nan"), nan_ok=True), False)


def test_one_that_was_closed_lately_counts_from_then(account: Account) -> None:
    frame = found(said(account, "consultant_changed", 700), said(account, "handover_closed", 30))
    assert continuity(frame) == (30, False)
