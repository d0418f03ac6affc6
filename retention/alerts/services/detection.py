"""Run the detectors as of a day. Only the current day opens alerts: an earlier one is a look back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from retention.alerts.detectors import Detector, Finding, detectors, nps_low_away, nps_single
from retention.alerts.detectors.base import data_missing
from retention.alerts.models import Alert, Monitor, MonitorReading
from retention.alerts.services.monitors import ensure_monitors, monitor_of
from retention.alerts.services.opening import finding_key, key_of, record_findings
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.segments.overview.feeds import MissingFeed, missing_feeds
from tenants.context import current_tenant
from tenants.policies import policy_values

INSTANT: dict[str, Callable[[datetime, str, Rules], list[Finding]]] = {
    nps_low_away.CODE: nps_low_away.look_now,
    nps_single.MONITOR: nps_single.look_now,
}
"""What is looked for every minute, by its monitor."""
WEEKS_SHOWN = 12
"""So far back a monitor's page shows when it would have fired."""


@dataclass(frozen=True)
class Outcome:
    """A finding with its monitor, and the alert that it opened or belongs to."""

    monitor: Monitor
    finding: Finding
    alert: Alert | None = None


def is_current(as_of: date, *, now: datetime, known_at: datetime | None = None) -> bool:
    """Whether `as_of` is the last complete day, seen with all that is known: only then alerts open."""
    return known_at is None and as_of == last_day(now)


def last_day(now: datetime) -> date:
    """The last complete day of the tenant in force."""
    return now.astimezone(current_tenant().zone).date() - timedelta(days=1)


def detect(*, as_of: date, now: datetime, known_at: datetime | None = None, live: bool = True) -> list[Outcome]:
    """What every enabled monitor finds as of a day, in their order; deterministic for the same facts and policies.

    With `live` and the current day it keeps the readings and opens or updates alerts; customers of instant monitors
    are left to :func:`watch`, which looks at this very minute. Any other day is only looked at.
    """
    live = live and is_current(as_of, now=now, known_at=known_at)
    moment, rules = Moment(as_of, current_tenant().timezone, known_at), Rules(policy_values())
    missing = _missing(as_of, rules, known_at)
    found = []
    for monitor in ensure_monitors() if live else _monitors():
        detector = detectors.get(monitor.code)
        if detector is not None and monitor.enabled:
            findings = look(detector, moment, rules, missing)
            alerts = _record(detector, monitor, findings, as_of, now) if live else {}
            found += [Outcome(monitor, finding, alerts.get(finding_key(finding))) for finding in findings]
    return found


def look(detector: Detector, moment: Moment, rules: Rules, missing: dict[str, MissingFeed]) -> list[Finding]:
    """What one detector finds; a feed of it that is missing silences it."""
    for name in detector.feeds:
        if name in missing:
            feed = missing[name]
            return [data_missing(detector, moment.as_of, feed.feed, feed.came, feed.usual)]
    return list(detector.look(moment, rules))


def watch(*, now: datetime) -> int:
    """Look for customers who have just entered an instant monitor, and open their alerts; how many are found."""
    zone, rules = current_tenant().timezone, Rules(policy_values())
    return sum(_watch(detectors[code], look_now(now, zone, rules), rules, now) for code, look_now in INSTANT.items())


def _watch(detector: Detector, findings: list[Finding], rules: Rules, now: datetime) -> int:
    if not findings:
        return 0
    monitor = monitor_of(detector)
    if not monitor.enabled or (detector.feeds and _missing(last_day(now), rules).keys() & set(detector.feeds)):
        return 0  # without the log-ins of yesterday everybody seems to be away
    return len(record_findings(detector=detector, monitor=monitor, findings=findings, now=now))


def fill_readings(*, as_of: date, now: datetime) -> int:
    """Read the same weekday of the last twelve weeks where nobody has; how many weeks were read.

    Today's policies judge them, as a look back does.
    """
    monitors = ensure_monitors()
    weeks = [as_of - timedelta(weeks=week) for week in range(1, WEEKS_SHOWN + 1)]
    known = set(MonitorReading.objects.filter(as_of__in=weeks).values_list("as_of", flat=True))
    empty = [week for week in weeks if week not in known]
    rows = {monitor.pk: monitor for monitor in monitors}
    for week in empty:
        outcomes = detect(as_of=week, now=now, live=False)
        for key, monitor in rows.items():
            _keep(monitor, week, [outcome.finding for outcome in outcomes if outcome.monitor.pk == key])
    return len(empty)


def _missing(as_of: date, rules: Rules, known_at: datetime | None = None) -> dict[str, MissingFeed]:
    found = missing_feeds(as_of, share=rules.number("overview.feed_share"), known_at=known_at)
    return {feed.feed: feed for feed in found}


def _monitors() -> list[Monitor]:
    """The rows there are, and unsaved ones with their defaults for the rest: a look back writes nothing."""
    rows = {monitor.code: monitor for monitor in Monitor.objects.all()}
    known = sorted(detectors, key=lambda detector: (detector.order, detector.code))
    return [
        rows.get(detector.code)
        or Monitor(code=detector.code, urgency=detector.urgency, owner_role=detector.owner_role)
        for detector in known
    ]


def _record(
    detector: Detector, monitor: Monitor, findings: list[Finding], as_of: date, now: datetime
) -> dict[tuple[str, int | None, str], Alert]:
    with transaction.atomic():
        _keep(monitor, as_of, findings)
        if detector.per_customer:
            customers = [finding.subject.key for finding in findings]
            living = Alert.objects.filter(monitor=monitor, customer__in=customers).exclude(status="resolved")
            return {key_of(alert): alert for alert in living}
        return record_findings(detector=detector, monitor=monitor, findings=findings, now=now)


def _keep(monitor: Monitor, as_of: date, findings: list[Finding]) -> None:
    """The day's reading; of a monitor that finds customers, how many."""
    detector = detectors[monitor.code]
    judged = [finding for finding in findings if not finding.quiet]
    if detector.per_customer and (judged or not findings):
        values: dict[str, object] = {
            "value": float(len(judged)),
            "threshold": None,
            "fired": bool(judged),
            "quiet": "",
            "sample": len(judged),
            "minimum": 0,
            "evidence": {},
        }
    elif findings:
        finding = findings[0]
        values = {
            "value": finding.value,
            "threshold": finding.threshold,
            "fired": finding.fired,
            "quiet": finding.quiet,
            "sample": finding.sample,
            "minimum": finding.minimum,
            "evidence": dict(finding.evidence),
        }
    else:
        return
    MonitorReading.objects.update_or_create(monitor=monitor, as_of=as_of, defaults=values)
