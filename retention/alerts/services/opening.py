"""Findings become alerts: one that lives already is updated, a new one opens with its clock, responses and mails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.db.models import QuerySet

from retention.alerts.detectors.base import Detector, Finding
from retention.alerts.enums import LIVING, EntryKind, Level, Status, SubjectKind
from retention.alerts.models import Alert, AlertEntry, Monitor, Response
from retention.alerts.responses import split_choice
from retention.alerts.services.clocks import start_clock
from retention.alerts.services.notices import write_owners
from retention.alerts.services.priority import GRAVITY, Matrix, matrix_in_force
from tenants.policies import policy_value

Key = tuple[str, int | None, str]
"""Kind of subject, its key, cause."""


def record_findings(
    *, detector: Detector, monitor: Monitor, findings: Sequence[Finding], now: datetime
) -> dict[Key, Alert]:
    """Open or update the alerts of what fired; returns the living alert of each finding that has one.

    Whoever else records for this monitor waits, and the partial unique key holds in any case. A subject whose alert
    was resolved within the monitor's quiet days (of a customer: opened) gets no new one.
    """
    fired = [finding for finding in findings if finding.fired]
    if not fired:
        return {}
    with transaction.atomic():
        Monitor.objects.select_for_update(no_key=True).get(pk=monitor.pk)
        matrix = matrix_in_force()
        living = {key_of(alert): alert for alert in _related(monitor, fired).filter(status__in=LIVING)}
        quiet = _quiet_keys(detector, monitor, fired, now)
        for finding in fired:
            key = finding_key(finding)
            if key in living:
                _update(living[key], finding, matrix, now)
            elif key not in quiet:
                living[key] = _open(monitor, finding, matrix, now)
    return living


def key_of(alert: Alert) -> Key:
    """What tells the living alerts of one monitor apart."""
    return alert.subject, alert.customer_id or alert.account_id or alert.category_id, alert.cause


def finding_key(finding: Finding) -> Key:
    """The same of a finding."""
    return finding.subject.kind, finding.subject.key, finding.cause or finding.monitor


def _related(monitor: Monitor, fired: Sequence[Finding]) -> QuerySet[Alert]:
    alerts = Alert.objects.filter(monitor=monitor)
    customers = [finding.subject.key for finding in fired]
    if all(finding.subject.kind == SubjectKind.CUSTOMER for finding in fired):
        return alerts.filter(customer__in=customers)
    return alerts


def _quiet_keys(detector: Detector, monitor: Monitor, fired: Sequence[Finding], now: datetime) -> set[Key]:
    days = cast("dict[str, float]", policy_value("monitors.again_days")).get(monitor.code, 0)
    since = now - timedelta(days=days)
    recent = {"opened_at__gt": since} if detector.per_customer else {"resolved_at__gt": since}
    return {key_of(alert) for alert in _related(monitor, fired).filter(**recent)}


def _open(monitor: Monitor, finding: Finding, matrix: Matrix, now: datetime) -> Alert:
    reach = matrix.reach(finding.subject.kind, finding.affected)
    alert = Alert.objects.create(
        monitor=monitor,
        subject=finding.subject.kind,
        customer_id=_key(finding, SubjectKind.CUSTOMER),
        account_id=_key(finding, SubjectKind.ACCOUNT),
        category_id=_key(finding, SubjectKind.CATEGORY),
        cause=finding.cause or finding.monitor,
        urgency=monitor.urgency,
        reach=reach,
        priority=matrix.priority(monitor.urgency, reach),
        owner_role=monitor.owner_role,
        evidence=dict(finding.evidence),
        affected=finding.affected,
        first_found_on=finding.as_of,
        last_found_on=finding.as_of,
        opened_at=now,
    )
    AlertEntry.objects.create(alert=alert, at=now, kind=EntryKind.OPENED)
    Response.objects.bulk_create(
        [Response(alert=alert, code=code, option=option) for code, option in map(split_choice, monitor.responses)],
        ignore_conflicts=True,
    )
    _call(alert, now)
    return alert


def _update(alert: Alert, finding: Finding, matrix: Matrix, now: datetime) -> None:
    """The newest evidence counts; it may rise in priority, never sink by itself."""
    if finding.as_of < alert.last_found_on:
        return
    alert.found_count += finding.as_of > alert.last_found_on
    alert.last_found_on, alert.evidence, alert.affected = finding.as_of, dict(finding.evidence), finding.affected
    reach = matrix.reach(finding.subject.kind, finding.affected)
    risen = matrix.priority(alert.urgency, reach)
    rises = GRAVITY[risen] > GRAVITY[Level(alert.priority)]
    if rises:
        alert.reach, alert.priority = reach, risen
    alert.save(update_fields=["found_count", "last_found_on", "evidence", "affected", "reach", "priority"])
    if rises and alert.status == Status.OPEN:
        _call(alert, now)


def _call(alert: Alert, now: datetime) -> None:
    """Start its clock; one of high priority calls its owners."""
    start_clock(alert, now=now)
    if alert.priority == Level.HIGH:
        write_owners(alert, now=now)


def _key(finding: Finding, kind: SubjectKind) -> int | None:
    return finding.subject.key if finding.subject.kind == kind else None
