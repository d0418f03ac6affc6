"""Alerts made from findings, a response that can fail, and browsers of the tenant's people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from retention.alerts.detectors import Finding, Subject, detectors
from retention.alerts.enums import SubjectKind
from retention.alerts.models import Alert, Monitor
from retention.alerts.responses import Response, responses
from retention.alerts.services.monitors import monitor_of
from retention.alerts.services.opening import record_findings
from retention.common.errors import DomainError
from retention.customers.models import Customer
from tenants.models import Tenant
from tenants.people.models import User
from tests.customers.facts import make_customer
from tests.segments.world import World
from tests.tenants.people.browser import signed_in

SignedIn = Callable[[User], Client]
DAY = date(2026, 3, 31)
NOW = datetime(2026, 4, 1, 10, tzinfo=UTC)  # a Wednesday, in working hours


@pytest.fixture
def world(tenant: Tenant) -> World:
    return World()


@pytest.fixture
def browser(acme: Tenant) -> SignedIn:
    """A client at acme's host, signed in as the person given."""
    return signed_in


@pytest.fixture
def monitor(tenant: Tenant) -> Monitor:
    """One that watches the whole business, urgent: its alerts are of high priority and have a clock."""
    return monitor_of(detectors["login_decay"])


@pytest.fixture
def customer(tenant: Tenant) -> Customer:
    return make_customer("c-1", NOW, name="Wang Fang")


def decay(**changes: Any) -> Finding:
    """Log-ins fell by a fifth."""
    evidence = {
        "customers": 200, "this_week": 400, "last_week": 500, "value": -0.2, "standard_error": 0.01, "upper": -0.18,
    }  # fmt: skip
    values = {
        "monitor": "login_decay", "as_of": DAY, "fired": True, "value": -0.2, "threshold": -0.15, "sample": 500,
        "minimum": 400, "affected": 60, "evidence": evidence,
    }  # fmt: skip
    return Finding(**{**values, **changes})


def away(customer: Customer, **changes: Any) -> Finding:
    """The customer scored 3 and is away."""
    evidence = {
        "score": 3.0, "answered_on": "2026-03-30", "last_login_on": "2026-03-20",
        "entered_at": "2026-03-30T12:00:00+00:00", "away": 10,
    }  # fmt: skip
    values = {
        "monitor": "nps_low_away", "as_of": DAY, "fired": True, "value": 3.0, "threshold": 6.0, "sample": 1,
        "subject": Subject(SubjectKind.CUSTOMER, customer.pk, str(customer.public_id)), "affected": 1,
        "evidence": evidence,
    }  # fmt: skip
    return Finding(**{**values, **changes})


def open_alerts(*findings: Finding, now: datetime = NOW) -> list[Alert]:
    """The living alerts that these findings (of one monitor) open or belong to."""
    detector = detectors[findings[0].monitor]
    found = record_findings(detector=detector, monitor=monitor_of(detector), findings=findings, now=now)
    return sorted(found.values(), key=lambda alert: alert.pk)


@pytest.fixture
def alert(monitor: Monitor) -> Alert:
    (opened,) = open_alerts(decay())
    return opened


class Spy:
    """A response that keeps what it was asked, and fails while `broken` says how."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, object, str]] = []
        self.broken: Exception | None = None

    def __call__(self, alert: Alert, *, actor: object, now: datetime, option: str) -> str:
        if self.broken is not None:
            raise self.broken
        self.asked.append((alert.pk, actor, option))
        return "/made/"

    def refuse(self) -> None:
        self.broken = DomainError("nobody", "Nobody can do it.", mend="Invite somebody.")


@pytest.fixture
def spy() -> Iterator[Spy]:
    """Registered as ``spy`` and, with options, as ``spies:a`` and ``spies:b``."""
    spy = Spy()
    responses.register(Response("spy", "Spy", spy))
    responses.register(Response("spies", "Spies", spy, options=lambda: {"a": "A", "b": "B"}))
    yield spy
    responses._things.pop("spy")
    responses._things.pop("spies")
