"""What people do with an alert: take it, put it off, resolve it, open it again. Each is one conditional UPDATE."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from retention.alerts.enums import TRANSITIONS, EntryKind, Level, Status
from retention.alerts.models import Alert, AlertEntry, Monitor
from retention.alerts.services.clocks import meet_clock, start_clock
from retention.alerts.services.notices import write_owners
from retention.common.errors import Conflict, DomainError
from tenants.context import current_tenant
from tenants.governance.services.audit import record_act
from tenants.people.models import User


def acknowledge(*, alert: Alert, person: User, actor: object, now: datetime) -> Alert:
    """`person` takes it; the clock is met. Whoever has it already may hand it on in the same way."""
    changes = {"status": Status.ACKNOWLEDGED, "taken_by": person, "taken_at": now}
    return _move(alert, "acknowledge", changes, EntryKind.ACKNOWLEDGED, actor=actor, person=person, now=now)


def snooze(*, alert: Alert, person: User, until: date, reason: str, actor: object, now: datetime) -> Alert:
    """Put it off until the morning of `until`, for a reason; whoever does so has taken it."""
    today = now.astimezone(current_tenant().zone).date()
    if until <= today:
        raise DomainError("snooze_in_past", _("That day has come already."), mend=_("Choose a day after today."))
    text = _needed(reason, "snooze_needs_reason", _("Say why it can wait."))
    changes = {"status": Status.SNOOZED, "snoozed_until": until, "taken_by": person, "taken_at": now}
    return _move(
        alert, "snooze", changes, EntryKind.SNOOZED, actor=actor, person=person, now=now, text=text, until=until
    )


def resolve(*, alert: Alert, person: User | None, cause: str, actor: object, now: datetime) -> Alert:
    """Close it with the cause that was found, in words."""
    text = _needed(cause, "resolve_needs_cause", _("Say what caused it, or that it was nothing."))
    changes = {"status": Status.RESOLVED, "resolved_at": now, "resolution": text, "snoozed_until": None}
    return _move(alert, "resolve", changes, EntryKind.RESOLVED, actor=actor, person=person, now=now, text=text)


def reopen(*, alert: Alert, person: User | None, actor: object, now: datetime) -> Alert:
    """Open it again, for somebody to take: a new clock starts. Refused while another of the same cause lives."""
    changes = {
        "status": Status.OPEN,
        "resolved_at": None,
        "resolution": "",
        "snoozed_until": None,
        "taken_by": None,
        "taken_at": None,
    }
    try:
        return _move(alert, "reopen", changes, EntryKind.REOPENED, actor=actor, person=person, now=now, then=_call)
    except IntegrityError:
        raise Conflict(
            "another_is_open",
            _("Another alert of the same cause is open already."),
            mend=_("Work on that one."),
        ) from None


def wake_due(*, now: datetime) -> int:
    """Wake what was put off until today, back to whoever has it; how many."""
    today = now.astimezone(current_tenant().zone).date()
    due = Alert.objects.filter(status=Status.SNOOZED, snoozed_until__lte=today)
    return sum(_wake(alert, now, today) for alert in due)


def _wake(alert: Alert, now: datetime, today: date) -> bool:
    with transaction.atomic():
        asleep = Alert.objects.filter(pk=alert.pk, status=Status.SNOOZED, snoozed_until__lte=today)
        status = Status.ACKNOWLEDGED if alert.taken_by_id else Status.OPEN
        if not asleep.update(status=status, snoozed_until=None):
            return False
        AlertEntry.objects.create(alert=alert, at=now, kind=EntryKind.WOKE)
    return True


def _call(alert: Alert, now: datetime) -> None:
    start_clock(alert, now=now)
    if alert.priority == Level.HIGH:
        write_owners(alert, now=now)


def _move(
    alert: Alert,
    act: str,
    changes: Mapping[str, object],
    kind: EntryKind,
    *,
    actor: object,
    person: User | None,
    now: datetime,
    text: str = "",
    until: date | None = None,
    then: Callable[[Alert, datetime], None] | None = None,
) -> Alert:
    """Move by one UPDATE that names the states it may start from; who comes second is told."""
    with transaction.atomic():
        Monitor.objects.select_for_update(no_key=True).get(pk=alert.monitor_id)
        if not Alert.objects.filter(pk=alert.pk, status__in=TRANSITIONS[act]).update(**changes):
            raise Conflict(
                "alert_moved_on",
                _("This alert has moved on meanwhile."),
                mend=_("Look at its history and decide again."),
            )
        alert.refresh_from_db()
        AlertEntry.objects.create(alert=alert, at=now, kind=kind, actor=person, text=text, until=until)
        if act != "reopen":
            meet_clock(alert, now=now)
        if then is not None:
            then(alert, now)
        detail = {"until": until.isoformat()} if until else {}
        record_act(actor=actor, action=f"alert.{act}", target=f"alert:{alert.public_id}", detail=detail, at=now)
    return alert


def _needed(text: str, code: str, mend: str) -> str:
    """`text` without its margins; refused when nothing is left."""
    if not (kept := " ".join(text.split())[:400]):
        raise DomainError(code, _("A reason is needed."), mend=mend)
    return kept
