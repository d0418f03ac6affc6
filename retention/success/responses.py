"""What an alert can set going here: a task for whoever owns it, or a playbook for its account or customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from retention.alerts.models import Alert
from retention.alerts.responses import Response, register
from retention.alerts.selectors.words import alert_sentence, alert_title
from retention.common.errors import DomainError
from retention.success.enums import TaskKind, Trigger, WorkRole
from retention.success.models import Playbook
from retention.success.selectors.terms import term_of
from retention.success.services.due import working_days_after
from retention.success.services.opening import open_task
from retention.success.services.runs import start_run
from tenants.context import current_tenant
from tenants.people.models import User

DUE_DAYS = {"high": 0, "medium": 1, "low": 3}


def task_from_alert(alert: Alert, *, actor: object, now: datetime, option: str) -> str:
    """A task that says what was found, due the sooner the more urgent; its address."""
    with override(current_tenant().language):
        title = _("Look after: %(alert)s") % {"alert": alert_title(alert)}
        body = alert_sentence(alert)
    task = open_task(
        title=title,
        body=body,
        kind=TaskKind.TODO,
        customer=alert.customer,
        account=alert.account,
        assignee=alert.taken_by,
        role=alert.owner_role if alert.owner_role in WorkRole.values else WorkRole.ADMIN,
        due_at=working_days_after(now, DUE_DAYS.get(alert.priority, 1)),
        source="alert",
        source_key=str(alert.public_id),
        now=now,
    )
    return reverse("task", args=[task.public_id])


def playbook_from_alert(alert: Alert, *, actor: object, now: datetime, option: str) -> str:
    """A run of the playbook chosen, once for the alert; its address."""
    playbook = Playbook.objects.filter(code=option, archived_at=None).first()
    if playbook is None:
        raise DomainError("no_playbook", _("There is no such SOP."), mend=_("Choose another one."))
    run = start_run(
        playbook=playbook,
        account=alert.account,
        customer=alert.customer,
        trigger=Trigger.ALERT,
        key=f"alert:{alert.public_id}:{option}",
        actor=actor if isinstance(actor, User) else None,
        now=now,
        term_on=term_of(alert.account, now=now) if alert.account is not None else None,
    )
    return reverse("playbook-run", args=[run.public_id])


def published_playbooks() -> Mapping[str, Promise | str]:
    """Those that may be started."""
    playbooks = Playbook.objects.filter(archived_at=None, versions__published_at__isnull=False).distinct()
    return {playbook.code: playbook.title for playbook in playbooks}


register(Response("open_task", gettext_lazy("Open a task"), task_from_alert))
register(Response("start_playbook", gettext_lazy("Start an SOP"), playbook_from_alert, published_playbooks))
