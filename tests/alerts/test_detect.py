"""``detect``: the same answer each time; the current day opens alerts, a look back changes nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from retention.alerts.models import Alert, Monitor, MonitorReading
from retention.alerts.services.daily import detect_if_due
from retention.alerts.services.detection import detect
from retention.customers.models import Customer
from tenants.governance.services.policies import set_policy
from tenants.models import Tenant
from tests.alerts.conftest import NOW
from tests.customers.facts import make_customer, make_event
from tests.segments.world import D, World, at


def ask(*arguments: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("detect", "acme", "--json", *arguments, stdout=out)
    rows: list[dict[str, Any]] = json.loads(out.getvalue())
    return rows


@pytest.fixture
def falling(world: World, settings: Any) -> None:
    """Ten customers who came on four days a week, and on three this week."""
    settings.STAY_CLOCK = NOW.isoformat()
    for name, value in (("trends.login_decay_log_ins", 40), ("trends.login_decay_customers", 10)):
        set_policy(name=name, value=value, actor="test", now=NOW)
    for number in range(10):
        world.log_in(world.customer(f"c{number}"), 0, 1, 2, 7, 8, 9, 10, 14, 15, 21, 22, 28, 29)


def test_the_current_day_opens_alerts_and_says_so(falling: None) -> None:
    first, second = ask(), ask("--as-of", D.isoformat())
    (fired,) = [row for row in first if row["fired"]]
    assert (fired["monitor"], fired["value"], fired["n"], fired["minimum"]) == ("login_decay", -0.25, 40, 40)
    assert fired["live"] is True
    assert fired["alert"] == str(Alert.objects.get().public_id)
    assert first == second
    assert Alert.objects.get().found_count == 1
    assert MonitorReading.objects.filter(as_of=D, fired=True).count() == 1


def test_a_look_back_gives_the_same_finding_and_writes_nothing(falling: None) -> None:
    for arguments in (("--dry-run",), ("--known-at", "2026-03-31")):
        rows = ask(*arguments)
        assert [row["monitor"] for row in rows if row["fired"]] == ["login_decay"]
        assert {row["live"] for row in rows} == {False}
        assert {row["alert"] for row in rows} == {None}
    past = ask("--as-of", "2026-03-24")
    assert past == ask("--as-of", "2026-03-24")
    assert [Alert.objects.count(), MonitorReading.objects.count(), Monitor.objects.count()] == [0, 0, 0]


def test_a_missing_feed_silences_whoever_reads_it(falling: None) -> None:
    regular = make_customer("regular", NOW)
    for week in range(1, 5):
        for number in range(100):
            make_event(regular, f"w{week}-{number}", "log_in", at(7 * week))
    rows = {row["monitor"]: row for row in ask("--dry-run")}
    assert rows["login_decay"]["quiet"] == "data_missing"
    assert rows["login_decay"]["fired"] is False
    assert rows["login_decay"]["sentence"].startswith("Data is missing: 10 came where")
    assert rows["complaint_rate"]["quiet"] == "too_few"


def test_a_monitor_that_is_switched_off_says_nothing(falling: None) -> None:
    Monitor.objects.create(code="login_decay", enabled=False)
    assert "login_decay" not in {row["monitor"] for row in ask()}
    assert Alert.objects.count() == 0


def test_the_daily_look_is_made_once_and_fills_the_weeks_before(falling: None, tenant: Tenant) -> None:
    assert detect_if_due(now=NOW) is True
    assert detect_if_due(now=NOW + timedelta(hours=1)) is False
    days = sorted(set(MonitorReading.objects.values_list("as_of", flat=True)))
    assert days == [D - timedelta(weeks=week) for week in range(12, -1, -1)]
    assert Alert.objects.count() == 1


def test_an_earlier_day_opens_nothing_even_when_asked_to(falling: None) -> None:
    outcomes = detect(as_of=D - timedelta(days=1), now=NOW)
    assert outcomes and Alert.objects.count() == 0
    assert Customer.objects.count() == 10
