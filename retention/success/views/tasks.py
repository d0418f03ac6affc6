"""My day, the list of tasks, and one task."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from retention.common import clock
from retention.common.errors import DomainError
from retention.common.tables import render_table
from retention.success.forms import DoneForm, GiveForm, ReasonForm
from retention.success.models import Task
from retention.success.selectors.renewals import upcoming_renewals
from retention.success.selectors.wording import in_words
from retention.success.selectors.work import my_day, visible_tasks
from retention.success.services.tasks import cancel_task, complete_task, reassign_task
from retention.success.tables import TaskTable
from tenants.people.models import User
from tenants.people.permissions import may, require


@require_GET
@require("success.view")
def my_day_page(request: HttpRequest) -> HttpResponse:
    """What I have to do now, soonest first."""
    user, now = cast("User", request.user), clock.now()
    context = {"day": my_day(user, now=now), "renewals": upcoming_renewals(user, now=now)}
    return render(request, "success/my_day.html", context)


@require_GET
@require("success.view")
def task_list(request: HttpRequest) -> HttpResponse:
    """All tasks, to be filtered."""
    return render_table(request, TaskTable, visible_tasks(request.user), "success/tasks.html")


@require_GET
@require("success.view")
def task_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One task: what to do, why, and what shows that it was done."""
    task = find_task(request, public_id)
    return _page(request, task, DoneForm(task))


@require_POST
@require("tasks.work")
def task_done(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """It was done; refused without its evidence, and nothing that was written is lost."""
    task, user = find_task(request, public_id), cast("User", request.user)
    form = DoneForm(task, request.POST)
    if not form.is_valid():
        return _page(request, task, form, status=400)
    given = form.cleaned_data
    try:
        complete_task(
            task=task,
            person=user,
            actor=user,
            now=clock.now(),
            outcome=given.get("outcome", ""),
            note=given.get("note", ""),
            evidence=given.get("evidence", ""),
        )
    except DomainError as error:
        form.add_error(None, error.words)
        return _page(request, find_task(request, public_id), form, status=error.status)
    messages.success(request, _("Done: %(task)s") % {"task": getattr(task, "shown_title", task.title)})
    return redirect("my-day")


@require_POST
@require("tasks.work")
def task_give(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Somebody else does it, or I take it."""

    def act(task: Task, given: dict[str, Any], person: User, now: datetime) -> str:
        assignee = get_object_or_404(User, public_id=given["person"], is_active=True)
        reassign_task(task=task, assignee=assignee, actor=person, now=now)
        return _("It is %(person)s’s now.") % {"person": assignee}

    return _act(request, public_id, GiveForm, act)


@require_POST
@require("tasks.work")
def task_cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """It need not be done."""

    def act(task: Task, given: dict[str, Any], person: User, now: datetime) -> str:
        cancel_task(task=task, person=person, actor=person, now=now, note=given["reason"])
        return _("It is called off.")

    return _act(request, public_id, ReasonForm, act)


def find_task(request: HttpRequest, public_id: UUID) -> Task:
    """The task, when this person may see it, else 404."""
    return in_words([get_object_or_404(visible_tasks(request.user), public_id=public_id)])[0]


Act = Callable[[Task, dict[str, Any], User, datetime], str]


def _act(request: HttpRequest, public_id: UUID, form_class: type[forms.Form], act: Act) -> HttpResponse:
    task, form = find_task(request, public_id), form_class(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("task", public_id=public_id)
    try:
        messages.success(request, act(task, form.cleaned_data, cast("User", request.user), clock.now()))
    except DomainError as error:
        messages.error(request, error.words)
    return redirect("task", public_id=public_id)


def _page(request: HttpRequest, task: Task, form: DoneForm, *, status: int = 200) -> HttpResponse:
    context = {
        "task": task,
        "form": form,
        "give_form": GiveForm(initial={"person": str(task.assignee.public_id) if task.assignee else ""}),
        "reason_form": ReasonForm(),
        "evidence": getattr(task, "evidence", None),
        "late": task.is_open and task.due_at < clock.now(),
        "may_work": may(request.user, "tasks.work"),
    }
    return render(request, "success/task.html", context, status=status)
