"""Run what alerts set going. The row decides: a response and its being done are one transaction."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from retention.alerts.enums import EntryKind, ResponseStatus
from retention.alerts.models import Alert, AlertEntry, Response
from retention.alerts.responses import choice_label, choices, responses, split_choice
from retention.common.errors import Conflict, DomainError
from tenants.governance.services.audit import record_act
from tenants.people.models import User

log = structlog.get_logger(__name__)


def run_waiting(*, now: datetime, alert: Alert | None = None) -> int:
    """Run every response that waits, of one alert or of all; how many were done."""
    waiting = Response.objects.filter(status=ResponseStatus.WAITING)
    if alert is not None:
        waiting = waiting.filter(alert=alert)
    return sum(_run(key, now=now, actor=None) for key in waiting.order_by("id").values_list("pk", flat=True))


def retry_response(*, response: Response, actor: User, now: datetime) -> bool:
    """Try a failed one again, now, in the name of `actor`; whether it worked. Refused unless it has failed."""
    with transaction.atomic():
        failed = Response.objects.filter(pk=response.pk, status=ResponseStatus.FAILED)
        if not failed.update(status=ResponseStatus.WAITING, error=""):
            raise Conflict("response_not_failed", _("This response has not failed."), mend=_("Reload the page."))
        AlertEntry.objects.create(alert=response.alert, at=now, kind=EntryKind.RETRIED, actor=actor)
        record_act(actor=actor, action="alert.response_retried", target=f"alert:{response.alert.public_id}", at=now)
    return _run(response.pk, now=now, actor=actor)


def start_response(*, alert: Alert, choice: str, actor: User, now: datetime) -> bool:
    """Set a response going by hand; whether it was done. An alert that has it already is refused."""
    if choice not in {code for code, _label in choices()}:
        raise DomainError("unknown_response", _("There is no such response."), mend=_("Choose from the list."))
    code, option = split_choice(choice)
    with transaction.atomic():
        row, new = Response.objects.get_or_create(alert=alert, code=code, option=option)
        if not new:
            raise Conflict("response_exists", _("This alert has that response already."), mend=_("Reload the page."))
        record_act(
            actor=actor,
            action="alert.response_started",
            target=f"alert:{alert.public_id}",
            detail={"response": choice},
            at=now,
        )
    return _run(row.pk, now=now, actor=actor)


def _run(key: int, *, now: datetime, actor: User | None) -> bool:
    """Run one under its row's lock; another worker that holds it does the same work, so it is left alone."""
    with transaction.atomic():
        held = Response.objects.select_for_update(skip_locked=True, of=("self",)).select_related("alert__monitor")
        row = held.filter(pk=key, status=ResponseStatus.WAITING).order_by("pk").first()
        if row is None:
            return False
        row.attempts += 1
        row.error = _attempt(row, now, actor)
        if row.error:
            row.status, kind = ResponseStatus.FAILED, EntryKind.FAILED
        else:
            row.status, row.done_at, kind = ResponseStatus.DONE, now, EntryKind.RESPONDED
        row.save()
        text = choice_label(row.code, row.option)[:400]
        AlertEntry.objects.create(alert=row.alert, at=now, kind=kind, actor=actor, text=text)
    return kind == EntryKind.RESPONDED


def _attempt(row: Response, now: datetime, actor: User | None) -> str:
    """Run it in a savepoint; why it failed, or ""."""
    response = responses.get(row.code)
    if response is None:
        return _("Nothing answers to “%(code)s” any more.") % {"code": row.code}
    try:
        with transaction.atomic():
            row.url = (response.run(row.alert, actor=actor, now=now, option=row.option) or "")[:400]
    except DomainError as error:
        return error.words[:400]
    except Exception as error:  # whatever an upper floor raises must not hold up the other responses
        log.exception("response_failed", response=row.code, alert=str(row.alert.public_id))
        return _("A defect: %(error)s") % {"error": type(error).__name__}
    return ""
