"""Findings become alerts: opened once, updated while they live, quiet for a while after they are resolved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, connections

from retention.alerts.models import Alert, AlertEntry, Clock, Monitor, Notice, Response
from retention.alerts.services.working import acknowledge, resolve, snooze
from retention.customers.models import Customer
from tenants.context import find_tenant, use_tenant
from tenants.governance.services.policies import set_policy
from tenants.models import Tenant
from tenants.people.models import User
from tests.alerts.conftest import DAY, NOW, Spy, away, decay, open_alerts
from tests.customers.facts import make_customer

WORKERS = 4  # the pool of a process holds as many connections, the test's own among them


def test_a_finding_opens_an_alert_with_clock_responses_and_mails(
    monitor: Monitor, carl: User, max_: User, spy: Spy
) -> None:
    Monitor.objects.filter(pk=monitor.pk).update(responses=["spy", "spies:b"])
    (alert,) = open_alerts(decay())
    assert (alert.status, alert.urgency, alert.reach, alert.priority) == ("open", "high", "some", "high")
    assert (alert.cause, alert.subject, alert.first_found_on, alert.found_count) == ("login_decay", "tenant", DAY, 1)
    assert alert.evidence["this_week"] == 400
    assert list(AlertEntry.objects.values_list("alert", "kind", "at")) == [(alert.pk, "opened", NOW)]
    assert Clock.objects.get(alert=alert).deadline == NOW + timedelta(minutes=30)
    assert list(Response.objects.values_list("code", "option", "status")) == [
        ("spy", "", "waiting"),
        ("spies", "b", "waiting"),
    ]
    assert list(Notice.objects.values_list("person", "kind", "status")) == [(max_.pk, "opened", "due")]


def test_without_anybody_of_the_owner_role_the_admins_are_written_to(monitor: Monitor, ada: User, carl: User) -> None:
    open_alerts(decay())
    assert list(Notice.objects.values_list("person", flat=True)) == [ada.pk]


def test_what_did_not_fire_opens_nothing(monitor: Monitor) -> None:
    assert open_alerts(decay(fired=False)) == []
    assert Alert.objects.count() == 0


def test_found_again_it_is_updated_and_not_doubled(alert: Alert, max_: User) -> None:
    (again,) = open_alerts(decay(as_of=DAY + timedelta(days=1), affected=90), now=NOW + timedelta(days=1))
    (same_day,) = open_alerts(decay(as_of=DAY + timedelta(days=1), affected=91), now=NOW + timedelta(days=1))
    assert again.pk == same_day.pk == alert.pk
    alert.refresh_from_db()
    assert (alert.found_count, alert.last_found_on, alert.affected) == (2, DAY + timedelta(days=1), 91)
    assert alert.opened_at == NOW
    assert Clock.objects.count() == AlertEntry.objects.count() == 1


def test_an_earlier_day_does_not_overwrite_the_evidence_of_a_later_one(alert: Alert) -> None:
    open_alerts(decay(as_of=DAY - timedelta(days=1), affected=1))
    alert.refresh_from_db()
    assert (alert.affected, alert.last_found_on) == (60, DAY)


def test_another_cause_and_another_subject_are_other_alerts(alert: Alert, customer: Customer) -> None:
    other = make_customer("c-2", NOW)
    open_alerts(decay(cause="somewhere"))
    opened = open_alerts(away(customer), away(other))
    assert [one.customer_id for one in opened] == [customer.pk, other.pk]
    assert Alert.objects.count() == 4


def test_taken_and_snoozed_ones_live_on(alert: Alert, max_: User) -> None:
    acknowledge(alert=alert, person=max_, actor=max_, now=NOW)
    snooze(alert=alert, person=max_, until=DAY + timedelta(days=9), reason="Holidays", actor=max_, now=NOW)
    (again,) = open_alerts(decay(as_of=DAY + timedelta(days=1)))
    assert (again.pk, again.status) == (alert.pk, "snoozed")


@pytest.mark.parametrize(("days", "alerts"), [(6, 1), (8, 2)])
def test_a_resolved_one_stays_quiet_for_some_days(alert: Alert, max_: User, days: int, alerts: int) -> None:
    resolve(alert=alert, person=max_, cause="A release broke the app", actor=max_, now=NOW)
    open_alerts(decay(as_of=DAY + timedelta(days=days)), now=NOW + timedelta(days=days))
    assert Alert.objects.count() == alerts


@pytest.mark.parametrize(("days", "alerts"), [(29, 1), (31, 2)])
def test_a_customer_is_found_once_in_thirty_days_from_opening(
    customer: Customer, max_: User, days: int, alerts: int
) -> None:
    (alert,) = open_alerts(away(customer))
    resolve(alert=alert, person=max_, cause="Called", actor=max_, now=NOW + timedelta(days=20))
    open_alerts(away(customer, as_of=DAY + timedelta(days=days)), now=NOW + timedelta(days=days))
    assert Alert.objects.count() == alerts


def test_a_wider_reach_raises_the_priority_and_starts_a_clock(ada: User, tenant: Tenant) -> None:
    set_policy(name="alerts.reach", value={"many": 0.1, "some": 0.01}, actor=ada, now=NOW)
    finding = decay(monitor="silent_share")
    (alert,) = open_alerts(finding)
    assert (alert.priority, Clock.objects.count()) == ("medium", 0)
    for number in range(10):
        customer = make_customer(f"n{number}", NOW)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO customers_customerstate (customer_id, order_days, net_revenue, repeat_revenue,"
                " year_order_days, year_revenue, login_days) VALUES (%s, 0, 0, 0, 0, 0, 0)",
                [customer.pk],
            )
    (risen,) = open_alerts(replace(finding, as_of=DAY + timedelta(days=1), affected=5))
    assert (risen.pk, risen.reach, risen.priority, Clock.objects.count()) == (alert.pk, "many", "high", 1)
    assert Notice.objects.count() == 1


def test_the_database_holds_one_living_alert_of_a_cause(alert: Alert) -> None:
    alert.pk = None
    alert.public_id = "0198c000-0000-7000-8000-000000000000"
    with pytest.raises(IntegrityError, match="alert_one_living"):
        alert.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_workers_that_find_the_same_open_one_alert(acme: Tenant) -> None:
    with use_tenant(acme):
        User.objects.create_user("max@example.com", role="marketer")
        open_alerts(decay(fired=False))
    ready, wrong = Barrier(WORKERS, timeout=30), []

    def work() -> None:
        try:
            with use_tenant(find_tenant("acme")):
                ready.wait()
                open_alerts(decay())
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    connections.close_all()
    workers = [Thread(target=work, daemon=True) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with use_tenant(acme):
        assert wrong == []
        assert [Alert.objects.count(), Clock.objects.count(), Notice.objects.count()] == [1, 1, 1]
