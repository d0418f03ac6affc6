"""Bring a file in with the browser: upload, map, try out, import, watch, stop, see what was refused."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from retention.common import clock
from retention.common.errors import DomainError
from retention.common.tables import render_table
from retention.customers.enums import ImportStatus
from retention.customers.import_forms import MappingForm, UploadForm
from retention.customers.importers import importers
from retention.customers.models import ImportJob
from retention.customers.services.imports import PURPOSE
from retention.customers.services.uploads import change_mapping, keep_upload, queue_import, samples_of, stop_import
from retention.customers.tables_imports import ImportTable
from tenants import files
from tenants.people.permissions import require

SHOWN_ERRORS = 50


@require("customers.import")
def import_list(request: HttpRequest) -> HttpResponse:
    """All imports, newest first."""
    return render_table(request, ImportTable, ImportJob.objects.all(), "imports/list.html")


@require_http_methods(["GET", "POST"])
@require("customers.import")
def import_new(request: HttpRequest) -> HttpResponse:
    """Upload a file."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        user: Any = request.user
        try:
            job = keep_upload(
                kind=form.cleaned_data["kind"], name=file.name, chunks=file.chunks(), actor=user, now=clock.now()
            )
        except DomainError as error:
            form.add_error("file", error.words)
        else:
            return redirect("import", job.public_id)
    return render(request, "imports/new.html", {"form": form, "kinds": list(importers)})


@require_http_methods(["GET", "POST"])
@require("customers.import")
def import_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A draft shows its mapping; POST tries it out. Anything else shows how far it is and what came of it."""
    job = _job(public_id)
    if job.status != ImportStatus.DRAFT:
        return render(request, "imports/import.html", _context(job))
    form = MappingForm(request.POST or None, kind=job.kind, samples=samples_of(job), mapping=job.mapping)
    if request.method == "POST" and form.is_valid():
        try:
            queue_import(job=job, dry_run=True, file_map=form.file_map())
        except DomainError as error:
            form.add_error(None, error.words)
        else:
            return redirect("import", public_id)
    return render(request, "imports/mapping.html", {"job": job, "form": form, "importer": importers[job.kind]})


@require("customers.import")
def import_progress(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How far it is: the fragment that the page asks for every second until the end."""
    return render(request, "imports/_job.html", _context(_job(public_id)))


@require_POST
@require("customers.import")
def import_act(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Import for real, stop, or go back to the mapping."""
    job = _job(public_id)
    act = request.POST.get("act", "")
    try:
        if act == "run":
            queue_import(job=job, dry_run=False)
        elif act == "stop":
            stop_import(job)
        elif act == "map":
            change_mapping(job)
        else:
            raise Http404
    except DomainError as error:
        messages.error(request, error.words)
    return redirect("import", public_id)


@require("customers.import")
def import_errors(request: HttpRequest, public_id: UUID) -> FileResponse:
    """The refused rows as CSV: line, column, value, reason, mend."""
    job = _job(public_id)
    if not job.errors_file:
        raise Http404
    file = files.open_private(PURPOSE, job.errors_file)
    return FileResponse(file, as_attachment=True, filename=_("refused rows.csv"), content_type="text/csv")


def _job(public_id: UUID) -> ImportJob:
    return get_object_or_404(ImportJob, public_id=public_id)


def _context(job: ImportJob) -> dict[str, Any]:
    running = job.status in (ImportStatus.QUEUED, ImportStatus.RUNNING)
    done = job.status == ImportStatus.DONE
    return {
        "job": job,
        "label": importers[job.kind].label if job.kind in importers else job.kind,
        "is_running": running,
        "is_done": done,
        "percent": round(job.progress * 100),
        "can_run": bool(job.stored_file) and not running and not (done and not job.dry_run),
        "errors": list(job.errors.all()[:SHOWN_ERRORS]),
        "more_errors": max(job.refused - SHOWN_ERRORS, 0),
    }
