"""Mails to colleagues about alerts: a row with the alert, a mail after the commit, each begun at most once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from retention.alerts.enums import NoticeKind, NoticeStatus
from retention.alerts.models import Alert, Clock, Notice
from retention.alerts.selectors.scopes import visible_alerts
from retention.alerts.selectors.words import alert_sentence, alert_title
from tenants.context import current_tenant
from tenants.links import tenant_url
from tenants.people.enums import RoleName
from tenants.people.models import User
from tenants.people.permissions import may

LOST_AFTER = timedelta(minutes=10)
"""A mail begun so long ago and not ended: its worker died, and nobody knows whether it left."""


def write_owners(alert: Alert, *, now: datetime) -> int:
    """Write to those whose role owns the alert; where nobody has it, to the admins."""
    owners = _readers(alert, User.objects.filter(role=alert.owner_role, is_active=True))
    if not owners:
        return write_admins(alert, kind=NoticeKind.OPENED, clock=None, now=now)
    return _write(alert, owners, NoticeKind.OPENED, None, now)


def write_admins(alert: Alert, *, kind: NoticeKind, clock: Clock | None, now: datetime) -> int:
    """Write to the admins; twice for one cause writes once."""
    admins = _readers(alert, User.objects.filter(role=RoleName.ADMIN, is_active=True))
    return _write(alert, admins, kind, clock, now)


def send_due(*, now: datetime) -> int:
    """Send what is due; how many left. One begun and never ended becomes unknown: it is not sent again by itself."""
    lost = Notice.objects.filter(status=NoticeStatus.SENDING, begun_at__lt=now - LOST_AFTER)
    lost.update(status=NoticeStatus.UNKNOWN)
    due = Notice.objects.filter(status=NoticeStatus.DUE).select_related("alert__monitor", "person").order_by("id")
    return sum(_send(notice, now) for notice in due)


def _readers(alert: Alert, people: QuerySet[User]) -> list[User]:
    """Those of `people` who may see the alert."""
    mine = Alert.objects.filter(pk=alert.pk)
    found = people.select_related("custom_role").order_by("pk")
    return [person for person in found if may(person, "alerts.view") and visible_alerts(mine, person).exists()]


def _write(alert: Alert, people: Iterable[User], kind: NoticeKind, clock: Clock | None, now: datetime) -> int:
    rows = [Notice(alert=alert, person=person, kind=kind, clock=clock, due_at=now) for person in people]
    return len(Notice.objects.bulk_create(rows, ignore_conflicts=True))


def _send(notice: Notice, now: datetime) -> bool:
    mine = Notice.objects.filter(pk=notice.pk, status=NoticeStatus.DUE)
    if not mine.update(status=NoticeStatus.SENDING, begun_at=now):  # committed before the network is spoken to
        return False
    try:
        _mail(notice).send()
    except OSError as error:  # smtplib's errors are OSErrors
        Notice.objects.filter(pk=notice.pk).update(status=NoticeStatus.FAILED, error=str(error)[:200])
        return False
    Notice.objects.filter(pk=notice.pk).update(status=NoticeStatus.SENT)
    return True


def _mail(notice: Notice) -> EmailMessage:
    tenant, alert = current_tenant(), notice.alert
    with translation.override(notice.person.language or tenant.language):
        context = {
            "tenant": tenant,
            "person": notice.person,
            "title": alert_title(alert),
            "sentence": alert_sentence(alert),
            "clock": Clock.objects.filter(alert=alert, met_at=None).first(),
            "url": tenant_url(reverse("alert", args=[alert.public_id])),
        }
        subject = " ".join(render_to_string(f"alerts/mail/{notice.kind}_subject.txt", context).split())
        body = render_to_string(f"alerts/mail/{notice.kind}_body.txt", context)
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [notice.person.email])
