"""What a person does with a refused message: send it again or drop it. Both are acts in the platform's audit log."""

from __future__ import annotations

from typing import Any

from celery import current_app
from django.db import transaction
from django.utils.translation import gettext as _

from retention.common.errors import Conflict, DomainError
from tenants.context import use_public
from tenants.governance.services.audit import record_act
from tenants.models import DeadLetter
from tenants.tasks import HEADER, StayTask


def retry_letter(*, letter: int, actor: object) -> None:
    """Send the message once more, as it was: it passes the same checks, and may come back with a reason.

    It is sent before the letter's end is committed. Should that commit fail, the letter is still here and the task
    may run twice, which no task minds; the other order could lose the message.
    """
    with use_public(), transaction.atomic():
        found = _locked(letter)
        args, kwargs = found.arguments.get("args", []), found.arguments.get("kwargs", {})
        task = _task_taking(found.task, args, kwargs)
        _end(found, actor, "dead_letter.retried")
        headers = {HEADER: found.headers[HEADER]} if HEADER in found.headers else {}
        task.apply_async(args=args, kwargs=kwargs, headers=headers)


def drop_letter(*, letter: int, actor: object) -> None:
    """Forget the message: what it would have done is not done."""
    with use_public(), transaction.atomic():
        _end(_locked(letter), actor, "dead_letter.dropped")


def _task_taking(name: str, args: list[Any], kwargs: dict[str, Any]) -> StayTask:
    current_app.loader.import_default_modules()  # only workers know all tasks from the start
    task: Any = current_app.tasks.get(name)
    mend = _("Drop the message, or run the version of Stay that sent it.")
    if not isinstance(task, StayTask):
        raise DomainError("unknown_task", _("No task is called %(name)s any more.") % {"name": name}, mend=mend)
    try:
        task.__header__(*args, **kwargs)  # type: ignore[attr-defined]  # Celery puts the signature there
    except TypeError:
        message = _("The task %(name)s does not take what this message says.") % {"name": name}
        raise DomainError("unknown_arguments", message, mend=mend) from None
    return task


def _locked(letter: int) -> DeadLetter:
    found = DeadLetter.objects.select_for_update().filter(pk=letter).first()
    if found is None:
        raise Conflict(
            "letter_gone",
            _("Somebody has retried or dropped this message."),
            mend=_("Load the list again."),
        )
    return found


def _end(letter: DeadLetter, actor: object, action: str) -> None:
    detail = {"task": letter.task, "reason": letter.reason}
    record_act(actor=actor, action=action, target=f"task:{letter.task_id}", detail=detail)
    letter.delete()
