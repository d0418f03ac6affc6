"""The pages of alerts: what is shown to whom, and what people do there."""

from __future__ import annotations

import pytest

from retention.alerts.models import Alert, AlertEntry, Monitor, Response
from retention.customers.models import Customer
from tenants.people.models import User
from tests.alerts.conftest import SignedIn, Spy, away, open_alerts

HTMX = {"hx-request": "true", "hx-target": "alert-body"}


@pytest.fixture(autouse=True)
def moment(settings: object) -> None:
    settings.STAY_CLOCK = "2026-04-01T10:10:00+00:00"  # type: ignore[attr-defined]


def test_the_list_shows_the_matrix_the_clock_and_what_lives(alert: Alert, browser: SignedIn, vera: User) -> None:
    client = browser(vera)
    page = client.get("/alerts/").content.decode()
    assert "200 customers logged in on 400 days this week" in page
    assert "1 Apr 2026, 10:30" in page
    assert "/alerts/?urgency=high&amp;reach=some" in page
    Alert.objects.update(status="resolved", resolved_at=alert.opened_at)
    assert "No alert is open" in client.get("/alerts/").content.decode()
    assert "200 customers" in client.get("/alerts/?status=resolved").content.decode()


def test_the_overview_of_a_scored_tenant_counts_them(
    alert: Alert, browser: SignedIn, vera: User, world: object
) -> None:
    page = browser(vera).get("/").content.decode()
    assert "/alerts/?priority=high" in page


def test_one_takes_puts_off_and_resolves_in_place(alert: Alert, browser: SignedIn, max_: User) -> None:
    client, address = browser(max_), f"/alerts/{alert.public_id}/"
    taken = client.post(f"{address}acknowledge/", {"person": str(max_.public_id)}, headers=HTMX).content.decode()
    assert "Max has taken it." in taken
    assert "<html" not in taken
    refused = client.post(f"{address}snooze/", {"until": "2026-04-01", "reason": "x"}, headers=HTMX)
    assert "That day has come already." in refused.content.decode()
    client.post(f"{address}resolve/", {"cause": "A release"})
    alert.refresh_from_db()
    assert (alert.status, alert.taken_by, alert.resolution) == ("resolved", max_, "A release")
    kinds = list(AlertEntry.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["opened", "acknowledged", "resolved"]


def test_who_may_only_look_is_offered_and_allowed_nothing(alert: Alert, browser: SignedIn, vera: User) -> None:
    client, address = browser(vera), f"/alerts/{alert.public_id}/"
    assert "Take it" not in client.get(address).content.decode()
    assert client.post(f"{address}resolve/", {"cause": "x"}).status_code == 403
    alert.refresh_from_db()
    assert alert.status == "open"


def test_who_sees_own_accounts_only_sees_no_alert_of_other_peoples_customers(
    alert: Alert, customer: Customer, browser: SignedIn, carl: User
) -> None:
    (theirs,) = open_alerts(away(customer))
    User.objects.filter(pk=carl.pk).update(own_accounts_only=True)
    client = browser(carl)
    assert client.get(f"/alerts/{theirs.public_id}/").status_code == 404
    assert "Wang Fang" not in client.get("/alerts/").content.decode()
    assert client.get(f"/alerts/{alert.public_id}/").status_code == 200


def test_a_failed_response_is_shown_and_tried_again(alert: Alert, browser: SignedIn, max_: User, spy: Spy) -> None:
    row = Response.objects.create(alert=alert, code="spy", status="failed", error="Nobody can do it.")
    client, address = browser(max_), f"/alerts/{alert.public_id}/"
    assert "Nobody can do it." in client.get(address).content.decode()
    client.post(f"{address}responses/{row.pk}/retry/", headers=HTMX)
    row.refresh_from_db()
    assert (row.status, spy.asked) == ("done", [(alert.pk, max_, "")])


def test_a_monitor_is_set_by_whoever_may(
    monitor: Monitor, browser: SignedIn, max_: User, vera: User, spy: Spy
) -> None:
    asked = {"enabled": "on", "urgency": "low", "owner_role": "support", "responses": ["spy", "spies:a"]}
    assert browser(vera).post("/monitors/login_decay/", asked).status_code == 403
    assert browser(max_).post("/monitors/login_decay/", asked | {"responses": ["gone"]}).status_code == 400
    assert browser(max_).post("/monitors/login_decay/", asked).status_code == 302
    monitor.refresh_from_db()
    assert (monitor.urgency, monitor.owner_role, monitor.responses) == ("low", "support", ["spy", "spies:a"])
    assert "Spies: A" in browser(vera).get("/monitors/").content.decode()


def test_the_record_of_a_customer_names_their_alerts(customer: Customer, browser: SignedIn, carl: User) -> None:
    (theirs,) = open_alerts(away(customer))
    page = browser(carl).get(f"/customers/{customer.public_id}/").content.decode()
    assert f"/alerts/{theirs.public_id}/" in page
