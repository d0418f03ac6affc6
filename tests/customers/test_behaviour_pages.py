"""The behaviour map: what comes in, what it means, and what a change does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from retention.common import clock
from retention.customers.models import CustomerState, EventBehaviour
from retention.customers.selectors.behaviours import event_names
from retention.customers.services.state import refresh_states
from tenants.context import use_tenant
from tenants.governance.models import AuditEntry
from tenants.models import Tenant
from tenants.people.models import User
from tests.customers.facts import expected_states, make_customer, make_event, stored_states
from tests.tenants.people.browser import signed_in


def test_unmapped_names_come_first_with_counts(tenant: Tenant, max_: User) -> None:
    now = clock.now()
    ann = make_customer("ann", now)
    for number in range(3):
        make_event(ann, f"a{number}", "Signed In", now - timedelta(days=number))
    make_event(ann, "b", "Door opened", now)
    rows = [(row.name, row.behaviour, row.count) for row in event_names(now.date())]
    assert rows == [("Door opened", "", 1), ("Signed In", "log_in", 3)]
    page = signed_in(max_).get("/behaviours/").content.decode()
    assert "1 name has no meaning yet" in page
    assert page.index("Door opened") < page.index("Signed In")


def test_a_change_counts_log_ins_anew(
    tenant: Tenant, max_: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    now = clock.now()
    ann = make_customer("ann", now)
    make_event(ann, "b", "Door opened", now)
    refresh_states([ann.pk])
    assert CustomerState.objects.get().login_days == 0
    browser = signed_in(max_)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/behaviours/set/", {"name": "Door opened", "behaviour": "log_in"})
    assert EventBehaviour.objects.get(name="Door opened").behaviour == "log_in"
    assert CustomerState.objects.get().login_days == 1
    assert stored_states() == expected_states()
    assert AuditEntry.objects.filter(action="behaviour.changed").count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/behaviours/set/", {"name": "Door opened", "behaviour": "browse"})
    assert CustomerState.objects.get().login_days == 0
    browser.post("/behaviours/set/", {"name": "Door opened", "behaviour": "dance"})
    assert EventBehaviour.objects.get(name="Door opened").behaviour == "browse"


def test_a_feed_under_two_fifths_of_its_weekday_is_missing(tenant: Tenant) -> None:
    now = clock.now()
    ann = make_customer("ann", now)
    for week in range(5):
        for number in range(1 if week == 0 else 3):
            make_event(ann, f"{week}-{number}", "Signed In", now - timedelta(weeks=week))
    make_event(ann, "new", "Just begun", now)
    found = {row.name: row for row in event_names(now.date())}
    assert (found["Signed In"].expected, found["Signed In"].is_missing) == (3, True)
    assert (found["Just begun"].expected, found["Just begun"].is_missing) == (None, False)


def test_a_viewer_sees_the_map_and_changes_nothing(acme: Tenant, vera: User) -> None:
    browser = signed_in(vera)
    assert browser.get("/behaviours/").status_code == 200
    assert browser.post("/behaviours/set/", {"name": "x", "behaviour": "log_in"}).status_code == 403
    with use_tenant(acme):
        assert not EventBehaviour.objects.filter(name="x").exists()
