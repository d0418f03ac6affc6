"""The list of alerts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from retention.alerts.detectors import detectors
from retention.alerts.enums import LIVING, Level, Reach, Status
from retention.alerts.models import Alert
from retention.alerts.selectors.words import alert_sentence, alert_title
from retention.common import clock, formats
from retention.common.tables import Column, Filter, Table, badge
from tenants.people.enums import RoleName

TONES = {Level.HIGH: "bad", Level.MEDIUM: "warn", Level.LOW: "info"}
STATES = {Status.OPEN: "bad", Status.ACKNOWLEDGED: "info", Status.SNOOZED: "secondary", Status.RESOLVED: "good"}
Alerts = QuerySet[Any]


def alert_url(alert: Alert) -> str:
    """Its page."""
    return reverse("alert", args=[alert.public_id])


def title_cell(alert: Alert) -> SafeString:
    """The title, leading to its page, with what was found."""
    return format_html(
        '<a class="fw-medium" href="{}">{}</a><div class="text-secondary small">{}</div>',
        alert_url(alert),
        alert_title(alert),
        alert_sentence(alert),
    )


def priority_cell(alert: Alert) -> SafeString:
    """The priority as a badge."""
    return badge(alert.get_priority_display(), TONES[Level(alert.priority)])


def status_cell(alert: Alert) -> SafeString:
    """The status, until when and with whom."""
    more = formats.day(alert.snoozed_until) if alert.snoozed_until else str(alert.taken_by or "")
    label = badge(alert.get_status_display(), STATES[Status(alert.status)])
    return format_html('{}<div class="text-secondary small">{}</div>', label, more)


def clock_cell(alert: Any) -> SafeString | None:
    """Until when somebody must take it, or that nobody did."""
    if not alert.unmet:
        return None
    deadline = alert.unmet[0].deadline
    if deadline <= clock.now():
        return format_html("{} {}", badge(_("ran out"), "bad"), formats.moment(deadline))
    return format_html("{} {}", badge(_("until"), "warn"), formats.moment(deadline))


def _by(field: str) -> Any:
    return lambda alerts, value: alerts.filter(**{field: value})


def by_status(alerts: Alerts, value: str) -> Alerts:
    """All of them, or those in one status."""
    return alerts if value == "all" else alerts.filter(status=value)


class AlertTable(Table):
    """Living alerts unless a status is asked for, newest first."""

    name = "alerts"
    columns = (
        Column("title", _("Alert"), kind="html", value=title_cell),
        Column("priority", _("Priority"), kind="html", value=priority_cell),
        Column("reach", _("Reach"), value=lambda alert: alert.get_reach_display()),
        Column("status", _("Status"), kind="html", value=status_cell),
        Column("clock", _("Clock"), kind="html", value=clock_cell),
        Column("owner", _("Owner"), value=lambda alert: alert.get_owner_role_display()),
        Column("opened", _("Opened"), kind="moment", value="opened_at", sort="opened_at", falls_first=True),
    )
    filters = (
        Filter(
            "status",
            _("Status"),
            choices=lambda: [*Status.choices, ("all", _("all"))],
            apply=by_status,
            unset_label=_("not resolved"),
            unset=lambda alerts: alerts.filter(status__in=LIVING),
        ),
        Filter("priority", _("Priority"), choices=Level.choices, apply=_by("priority")),
        Filter(
            "monitor",
            _("Monitor"),
            choices=lambda: [(one.code, one.label) for one in detectors],
            apply=_by("monitor__code"),
        ),
        Filter("urgency", _("Urgency"), choices=Level.choices, apply=_by("urgency")),
        Filter("reach", _("Reach"), choices=Reach.choices, apply=_by("reach")),
        Filter(
            "owner",
            _("Owner"),
            choices=[choice for choice in RoleName.choices if choice[0] != RoleName.OPERATOR],
            apply=_by("owner_role"),
        ),
    )
    default_sort = "-opened"
    empty_title = _("No alert is open")
    empty_text = _("Monitors look every day after the scores. See what each of them reads now on the monitors page.")
