"""What people do with an alert: each act from the right states only, told to the clock, the history and the audit."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from retention.alerts.models import Alert, AlertEntry, Clock, Notice
from retention.alerts.services.clocks import breach_due
from retention.alerts.services.working import acknowledge, reopen, resolve, snooze, wake_due
from retention.common.errors import Conflict, DomainError
from tenants.context import find_tenant, use_tenant
from tenants.governance.models import AuditEntry
from tenants.models import Tenant
from tenants.people.models import User
from tests.alerts.conftest import NOW, away, decay, open_alerts
from tests.customers.facts import make_customer

TOMORROW = date(2026, 4, 2)
WORKERS = 4


def history(alert: Alert) -> list[str]:
    return list(AlertEntry.objects.filter(alert=alert).order_by("id").values_list("kind", flat=True))


def test_a_named_person_takes_it_and_the_clock_is_met(alert: Alert, max_: User) -> None:
    taken = acknowledge(alert=alert, person=max_, actor=max_, now=NOW + timedelta(minutes=29))
    assert (taken.status, taken.taken_by, taken.taken_at) == ("acknowledged", max_, NOW + timedelta(minutes=29))
    clock = Clock.objects.get()
    assert (clock.met_at, clock.breached_at) == (NOW + timedelta(minutes=29), None)
    assert history(alert) == ["opened", "acknowledged"]
    entry = AuditEntry.objects.get(action="alert.acknowledge")
    assert (entry.actor, entry.target) == (str(max_.public_id), f"alert:{alert.public_id}")


def test_whoever_has_it_hands_it_on(alert: Alert, max_: User, carl: User) -> None:
    acknowledge(alert=alert, person=max_, actor=max_, now=NOW)
    assert acknowledge(alert=alert, person=carl, actor=max_, now=NOW).taken_by == carl


def test_taken_too_late_the_clock_is_both_breached_and_met(alert: Alert, max_: User, ada: User) -> None:
    late = NOW + timedelta(minutes=45)
    acknowledge(alert=alert, person=max_, actor=max_, now=late)
    clock = Clock.objects.get()
    assert (clock.breached_at, clock.met_at) == (NOW + timedelta(minutes=30), late)
    assert history(alert) == ["opened", "acknowledged", "breached", "escalated"]
    assert breach_due(now=late + timedelta(hours=1)) == 0


def test_a_snooze_needs_a_reason_and_a_day_to_come(alert: Alert, max_: User) -> None:
    for until, reason in ((NOW.date(), "Later"), (TOMORROW, "  ")):
        with pytest.raises(DomainError):
            snooze(alert=alert, person=max_, until=until, reason=reason, actor=max_, now=NOW)
    alert.refresh_from_db()
    assert (alert.status, history(alert)) == ("open", ["opened"])


def test_what_is_put_off_wakes_by_itself_once(alert: Alert, max_: User) -> None:
    snooze(alert=alert, person=max_, until=TOMORROW, reason="The fix  is out", actor=max_, now=NOW)
    assert Clock.objects.get().met_at == NOW
    assert wake_due(now=NOW + timedelta(hours=13)) == 0
    assert wake_due(now=NOW + timedelta(hours=14)) == 1
    assert wake_due(now=NOW + timedelta(hours=14)) == 0
    alert.refresh_from_db()
    assert (alert.status, alert.taken_by, alert.snoozed_until) == ("acknowledged", max_, None)
    entry = AlertEntry.objects.get(kind="snoozed")
    assert (entry.text, entry.until, entry.actor) == ("The fix is out", TOMORROW, max_)
    assert history(alert) == ["opened", "snoozed", "woke"]


def test_it_is_resolved_with_its_cause_and_opened_again_with_a_new_clock(alert: Alert, max_: User) -> None:
    with pytest.raises(DomainError, match="reason is needed"):
        resolve(alert=alert, person=max_, cause="", actor=max_, now=NOW)
    done = resolve(alert=alert, person=max_, cause="A release broke the app", actor=max_, now=NOW)
    assert (done.status, done.resolution, done.resolved_at) == ("resolved", "A release broke the app", NOW)
    with pytest.raises(Conflict):
        acknowledge(alert=alert, person=max_, actor=max_, now=NOW)
    again = NOW + timedelta(hours=1)
    opened = reopen(alert=alert, person=max_, actor=max_, now=again)
    assert (opened.status, opened.taken_by, opened.resolution) == ("open", None, "")
    assert [clock.met_at for clock in Clock.objects.order_by("id")] == [NOW, None]
    assert Clock.objects.get(met_at=None).deadline == again + timedelta(minutes=30)
    assert history(alert) == ["opened", "resolved", "reopened"]


def test_it_is_not_opened_again_beside_a_living_one(alert: Alert, max_: User) -> None:
    resolve(alert=alert, person=max_, cause="Nothing", actor=max_, now=NOW)
    later = NOW + timedelta(days=9)
    (second,) = open_alerts(decay(as_of=later.date()), now=later)
    with pytest.raises(Conflict, match="open already"):
        reopen(alert=alert, person=max_, actor=max_, now=later)
    assert second.pk != alert.pk
    assert list(Alert.objects.order_by("id").values_list("status", flat=True)) == ["resolved", "open"]


def test_a_clock_that_runs_out_is_escalated_to_the_admins_once(alert: Alert, ada: User, max_: User) -> None:
    assert breach_due(now=NOW + timedelta(minutes=29)) == 0
    assert [breach_due(now=NOW + timedelta(minutes=30)), breach_due(now=NOW + timedelta(minutes=31))] == [1, 0]
    assert history(alert) == ["opened", "breached", "escalated"]
    escalated = Notice.objects.filter(kind="escalated")
    assert list(escalated.values_list("person", "status")) == [(ada.pk, "due")]


def test_outside_working_hours_the_clock_stands_still(max_: User, tenant: Tenant) -> None:
    friday_evening = NOW.replace(day=3, hour=17, minute=45)
    open_alerts(decay(), now=friday_evening)
    assert Clock.objects.get().deadline == NOW.replace(day=6, hour=9, minute=15)
    assert breach_due(now=NOW.replace(day=6, hour=9, minute=14)) == 0


def test_a_customer_alert_of_medium_priority_has_no_clock(max_: User) -> None:
    (opened,) = open_alerts(away(make_customer("c-9", NOW)))
    assert (opened.priority, Clock.objects.count(), Notice.objects.count()) == ("medium", 0, 0)


@pytest.mark.django_db(transaction=True)
def test_of_workers_that_escalate_and_wake_at_once_one_does_it(acme: Tenant) -> None:
    with use_tenant(acme):
        ada = User.objects.create_user("ada@example.com", role="admin")
        max_ = User.objects.create_user("max@example.com", role="marketer")
        (late,) = open_alerts(decay())
        _late, asleep = open_alerts(decay(cause="elsewhere"))
        snooze(alert=asleep, person=max_, until=TOMORROW, reason="Wait", actor=max_, now=NOW)
        Clock.objects.filter(alert=asleep).delete()
    ready, done, wrong = Barrier(WORKERS, timeout=30), [], []

    def work() -> None:
        try:
            with use_tenant(find_tenant("acme")):
                ready.wait()
                done.append((breach_due(now=NOW + timedelta(days=1)), wake_due(now=NOW + timedelta(days=1))))
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
        assert [sum(one for one, _ in done), sum(two for _, two in done)] == [1, 1]
        assert history(late) == ["opened", "breached", "escalated"]
        assert history(asleep) == ["opened", "snoozed", "woke"]
        assert Notice.objects.filter(kind="escalated", person=ada).count() == 1
