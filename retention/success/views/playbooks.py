"""Playbooks: the list, one with its stages and runs, its draft, and a run."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from retention.common import clock
from retention.common.errors import DomainError
from retention.common.tables import render_table
from retention.customers.models import Account
from retention.customers.selectors.scopes import visible_accounts
from retention.success.enums import RunStatus, Trigger
from retention.success.forms import DraftForm, ReasonForm, StartForm
from retention.success.models import Playbook, PlaybookRun
from retention.success.selectors.stages import run_stages, version_stages
from retention.success.selectors.terms import term_of
from retention.success.selectors.work import visible_runs
from retention.success.services.playbooks import ensure_ready, publish, published, save_draft
from retention.success.services.runs import call_off, start_run
from retention.success.tables import RunTable
from tenants.people.models import User
from tenants.people.permissions import may, require


@require_GET
@require("success.view")
def playbook_list(request: HttpRequest) -> HttpResponse:
    """The procedures, what starts each, and how many runs of it there are."""
    ensure_ready(now=clock.now())
    playbooks = [
        {"playbook": one, "version": published(one), "running": _running(one)}
        for one in Playbook.objects.filter(archived_at=None)
    ]
    return render(request, "success/playbooks.html", {"playbooks": playbooks})


@require_GET
@require("success.view")
def playbook_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One procedure: its stages and steps, and its runs."""
    playbook = get_object_or_404(Playbook, public_id=public_id)
    version = published(playbook)
    context: dict[str, Any] = {
        "playbook": playbook,
        "version": version,
        "stages": version_stages(version, get_language()) if version else [],
        "draft": playbook.versions.filter(published_at=None).first(),
        "may_edit": may(request.user, "playbooks.edit"),
    }
    runs = visible_runs(request.user).filter(version__playbook=playbook)
    return render_table(request, RunTable, runs, "success/playbook.html", context)


@require_http_methods(["GET", "POST"])
@require("playbooks.edit")
def playbook_draft(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write the next version; nothing runs with it until it is published."""
    playbook = get_object_or_404(Playbook, public_id=public_id)
    version = playbook.versions.order_by("-number").first()
    if request.method == "GET":
        form = DraftForm(initial={"content": version.content if version else {"stages": []}})
        return render(request, "success/draft.html", {"playbook": playbook, "form": form})
    form = DraftForm(request.POST)
    if form.is_valid():
        try:
            draft = save_draft(
                playbook=playbook, content=form.cleaned_data["content"], actor=request.user, now=clock.now()
            )
            if request.POST.get("then") == "publish":
                publish(version=draft, actor=request.user, now=clock.now())
                messages.success(request, _("Published: new runs start with it. Those that run keep their version."))
            else:
                messages.success(request, _("The draft is kept."))
            return redirect("playbook", public_id=public_id)
        except DomainError as error:
            form.add_error(None, error.words)
    return render(request, "success/draft.html", {"playbook": playbook, "form": form}, status=400)


@require_GET
@require("success.view")
def run_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How far a run has come, step by step."""
    run = _find_run(request, public_id)
    context = {
        "run": run,
        "stages": run_stages(run, get_language()),
        "is_running": run.status == RunStatus.RUNNING,
        "reason_form": ReasonForm(),
        "may_work": may(request.user, "tasks.work"),
    }
    return render(request, "success/run.html", context)


@require_POST
@require("tasks.work")
def run_call_off(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End it before its end, for a reason."""
    run = _find_run(request, public_id)
    try:
        user = cast("User", request.user)
        count = call_off(run=run, reason=request.POST.get("reason", ""), actor=user, now=clock.now())
        messages.success(request, _("Called off, with %(count)d open steps.") % {"count": count})
    except DomainError as error:
        messages.error(request, error.words)
    return redirect("playbook-run", public_id=public_id)


@require_POST
@require("tasks.work")
def playbook_start(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Start a procedure for an account by hand."""
    account = get_object_or_404(visible_accounts(Account.objects.all(), request.user), public_id=public_id)
    form, now = StartForm(request.POST), clock.now()
    if not form.is_valid():
        messages.error(request, _("Choose an SOP."))
        return redirect("account", public_id=public_id)
    playbook = get_object_or_404(Playbook, code=form.cleaned_data["playbook"])
    try:
        run = start_run(
            playbook=playbook,
            account=account,
            trigger=Trigger.HAND,
            key=f"hand:{playbook.code}:{account.public_id}:{now:%Y-%m-%d}",
            actor=cast("User", request.user),
            now=now,
            term_on=term_of(account, now=now),
        )
    except DomainError as error:
        messages.error(request, error.words)
        return redirect("account", public_id=public_id)
    return redirect("playbook-run", public_id=run.public_id)


def _running(playbook: Playbook) -> int:
    return PlaybookRun.objects.filter(version__playbook=playbook, status=RunStatus.RUNNING).count()


def _find_run(request: HttpRequest, public_id: UUID) -> PlaybookRun:
    return get_object_or_404(visible_runs(request.user), public_id=public_id)
