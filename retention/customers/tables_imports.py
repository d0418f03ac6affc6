"""The list of imports, declared."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from retention.common.tables import Column, Filter, Table
from retention.customers.enums import ImportStatus
from retention.customers.importers import importers
from retention.customers.models import ImportJob

TONES = {
    ImportStatus.DONE: "good",
    ImportStatus.FAILED: "bad",
    ImportStatus.STOPPED: "warn",
    ImportStatus.RUNNING: "info",
}


def import_url(job: ImportJob) -> str:
    """The import's page."""
    return reverse("import", args=[job.public_id])


def status_badge(job: ImportJob) -> str:
    """Its status; a trial says so."""
    label = job.get_status_display()
    if job.dry_run and job.status == ImportStatus.DONE:
        label = gettext("Tried out")
    tone = TONES.get(ImportStatus(job.status), "secondary")
    return format_html('<span class="badge stay-badge stay-{}">{}</span>', tone, label)


def _kind(job: ImportJob) -> str:
    return str(importers[job.kind].label) if job.kind in importers else job.kind


def _by_kind(jobs: QuerySet[Any], kind: str) -> QuerySet[Any]:
    return jobs.filter(kind=kind)


class ImportTable(Table):
    """Imports, newest first."""

    name = "imports"
    columns = (
        Column("file_name", _("File"), link=import_url),
        Column("kind", _("Kind"), value=_kind),
        Column("status", _("Status"), kind="html", value=status_badge),
        Column("read", _("Read"), kind="number"),
        Column("kept", _("Kept"), kind="number"),
        Column("unchanged", _("Unchanged"), kind="number"),
        Column("refused", _("Refused"), kind="number"),
        Column("created", _("Started"), kind="moment", value="created_at", sort="id", falls_first=True),
    )
    filters = (Filter("kind", _("Kind"), choices=lambda: [(i.kind, i.label) for i in importers], apply=_by_kind),)
    default_sort = "-created"
    empty_title = _("Nothing was brought in yet")
    empty_text = _(
        "Upload orders, customers or events as CSV or XLSX; you see what would happen before anything is kept."
    )
