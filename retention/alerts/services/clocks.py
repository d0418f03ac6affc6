"""Clocks of alerts: started in working time, met by the person who takes the alert, breached and escalated once."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.db import transaction

from retention.alerts.enums import ClockKind, EntryKind, NoticeKind, Status
from retention.alerts.models import Alert, AlertEntry, Clock
from retention.alerts.policies import DAYS
from retention.alerts.science.working_time import WorkWeek, deadline
from retention.alerts.services.notices import write_admins
from tenants.context import current_tenant
from tenants.policies import JSONValue, policy_value, policy_values


def working_week(values: dict[str, JSONValue] | None = None) -> WorkWeek | None:
    """The tenant's working week; None where somebody is on duty day and night."""
    known = policy_values() if values is None else values
    if known["alerts.round_the_clock"]:
        return None
    days = cast("dict[str, float]", known["alerts.working_days"])
    hours = cast("dict[str, float]", known["alerts.working_hours"])
    work = frozenset(place for place, day in enumerate(DAYS) if days.get(day))
    return WorkWeek(work, round(hours["from"] * 60), round(hours["to"] * 60))


def start_clock(alert: Alert, *, now: datetime) -> Clock | None:
    """A clock for an alert that a person must take; None where its priority has none. Twice starts one."""
    minutes = cast("dict[str, float]", policy_value("alerts.take_minutes")).get(alert.priority, 0)
    if not minutes:
        return None
    due = deadline(now, minutes, working_week(), current_tenant().timezone)
    values = {"started_at": now, "deadline": due}
    return Clock.objects.get_or_create(alert=alert, kind=ClockKind.TAKE, met_at=None, defaults=values)[0]


def meet_clock(alert: Alert, *, now: datetime) -> None:
    """Somebody has it: whatever runs is met; one that had run out is breached first."""
    for clock in Clock.objects.filter(alert=alert, met_at=None, deadline__lte=now):
        breach(clock, now=now)
    Clock.objects.filter(alert=alert, met_at=None).update(met_at=now)


def breach_due(*, now: datetime) -> int:
    """Breach and escalate every clock that has run out on an alert nobody took; how many."""
    due = Clock.objects.filter(met_at=None, breached_at=None, deadline__lte=now, alert__status=Status.OPEN)
    return sum(breach(clock, now=now) for clock in due.select_related("alert"))


def breach(clock: Clock, *, now: datetime) -> bool:
    """Record that `clock` ran out and tell the admins: once, however many ask; False when it was done already."""
    with transaction.atomic():
        ran_out = Clock.objects.filter(pk=clock.pk, met_at=None, breached_at=None)
        if not ran_out.update(breached_at=clock.deadline):
            return False
        AlertEntry.objects.create(alert=clock.alert, at=clock.deadline, kind=EntryKind.BREACHED)
        AlertEntry.objects.create(alert=clock.alert, at=now, kind=EntryKind.ESCALATED)
        write_admins(clock.alert, kind=NoticeKind.ESCALATED, clock=clock, now=now)
    return True
