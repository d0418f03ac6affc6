"""Whose use of an account counts, and on which days: people, named ones, on working days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from retention.customers.models import Account, Contact, EventBehaviour
from retention.scoring.moment import Moment
from retention.scoring.rules import rules_in_force
from retention.scoring.services.accounts import account_frame, account_inputs
from tenants.models import Tenant
from tests.customers.facts import make_customer, make_event

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
FRIDAY = date(2026, 3, 6)
FEEDS = frozenset({"core_use", "log_in"})


@pytest.fixture
def account(tenant: Tenant) -> Account:
    """One with ten seats and two modules."""
    for name in ("core_use", "log_in"):
        EventBehaviour.objects.update_or_create(name=name, defaults={"behaviour": name})
    traits = {"seats": "10", "modules": "2"}
    return Account.objects.create(external_id="a", name="A", traits=traits, recorded_at=NOW, updated_at=NOW)


def _user(account: Account, name: str, kind: str = "person") -> Contact:
    customer = make_customer(name, NOW)
    customer.kind = kind
    customer.save()
    return Contact.objects.create(account=account, customer=customer, role="champion", recorded_at=NOW)


def _x(code: str) -> float:
    moment, rules = Moment(FRIDAY, "UTC"), rules_in_force()
    return float(account_inputs(account_frame(moment, rules), moment, rules, FEEDS).x[code][0])


def test_only_people_use_seats(account: Account) -> None:
    """Our own staff and robots that work in an account are neither its users nor its contacts."""
    for n, kind in enumerate(("person", "staff", "test", "robot")):
        contact = _user(account, f"u{n}", kind)
        make_event(contact.customer, f"e{n}", "core_use", NOW - timedelta(days=1))
        make_event(contact.customer, f"n{n}", "nps_answered", NOW - timedelta(days=1), properties={"score": 2 * n + 4})
    frame = account_frame(Moment(FRIDAY, "UTC"), rules_in_force())
    assert [int(frame[name][0]) for name in ("users_active", "core_recent", "sponsors")] == [1, 1, 1]
    assert frame["nps_mean"][0] == 4


def test_use_that_names_nobody_leaves_the_number_of_users_unknown(account: Account) -> None:
    for n in range(112):
        make_event(
            None, f"e{n}", "core_use", NOW - timedelta(days=n // 2), account=account, properties={"module": "m"}
        )
    assert np.isnan(_x("seat_use"))
    assert np.isnan(_x("module_cover"))
    assert _x("core_trend") == 1


def test_no_use_at_all_is_no_users(account: Account) -> None:
    assert (_x("seat_use"), _x("module_cover")) == (0, 0)


def test_who_works_at_weekends_too_does_not_fade_on_a_friday(account: Account) -> None:
    contact = _user(account, "u")
    for days in range(40):
        make_event(contact.customer, f"l{days}", "log_in", NOW - timedelta(days=days))
    frame = account_frame(Moment(FRIDAY, "UTC"), rules_in_force())
    assert [int(frame[name][0]) for name in ("logins_recent", "logins_before")] == [5, 20]
    assert _x("login_decay") == 1
