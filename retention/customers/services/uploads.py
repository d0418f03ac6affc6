"""A file that a person uploads: kept privately, looked at, mapped, tried out and then brought in by a worker.

The job's row decides what happens next; whoever moves it does so by one conditional update.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from retention.common.errors import Conflict, DomainError
from retention.common.tabular import TableFormat, open_table
from retention.customers.enums import ImportStatus
from retention.customers.importers.mapping import FileMap, bind
from retention.customers.importers.suggest import Sample, suggest_columns
from retention.customers.importers.values import Local
from retention.customers.models import ImportJob
from retention.customers.services.imports import PURPOSE, find_importer, run_job
from tenants import files
from tenants.context import current_tenant
from tenants.governance.services.audit import record_act
from tenants.people.models import User

SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".xlsx", ".parquet")
SAMPLE_ROWS = 200
_WAITING = (ImportStatus.DRAFT, ImportStatus.DONE, ImportStatus.FAILED, ImportStatus.STOPPED)


def keep_upload(*, kind: str, name: str, chunks: Iterable[bytes], actor: User, now: datetime) -> ImportJob:
    """Keep the file and suggest a mapping; DomainError when it can't be read as a table."""
    find_importer(kind)
    suffix = next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), None)
    if suffix is None:
        raise DomainError(
            "wrong_file", _("“%s” can't be uploaded here.") % name[:80], mend=_("Upload a CSV, XLSX or Parquet file.")
        )
    job = ImportJob(
        kind=kind, file_name=Path(name).name[:255], status=ImportStatus.DRAFT, created_by=actor, created_at=now
    )
    job.stored_file = f"{job.public_id}{suffix}"
    path = files.save(PURPOSE, job.stored_file, chunks)
    try:
        job.mapping = {"columns": suggested(job)}
    except DomainError:
        path.unlink(missing_ok=True)
        raise
    with transaction.atomic():
        job.save()
        record_act(
            actor=actor, action="import.uploaded", target=f"import:{job.public_id}", detail={"kind": kind}, at=now
        )
    return job


def samples_of(job: ImportJob) -> list[Sample]:
    """The file's columns with their first cells."""
    layout = TableFormat.from_json(job.mapping.get("format") or {}) if job.mapping else TableFormat()
    with open_table(files.path_of(PURPOSE, job.stored_file), layout) as table:
        rows = next(table.chunks).rows[:SAMPLE_ROWS]
        return [Sample(name, tuple(row[place] for row in rows)) for place, name in enumerate(table.header)]


def suggested(job: ImportJob) -> dict[str, str]:
    """A mapping for each column of the file; those not recognised stay under their own name."""
    tenant = current_tenant()
    return suggest_columns(find_importer(job.kind), samples_of(job), Local(tenant.zone, tenant.currency))


def queue_import(*, job: ImportJob, dry_run: bool, file_map: Mapping[str, Any] | None = None) -> None:
    """Have a worker run the job; DomainError when the mapping lacks a column, Conflict when it runs already."""
    mapping = dict(job.mapping if file_map is None else file_map)
    checked = FileMap.from_json(mapping)
    bind(find_importer(job.kind), [sample.name for sample in samples_of(job)], checked.columns, checked.constants)
    moved = ImportJob.objects.filter(pk=job.pk, status__in=_WAITING).exclude(status=ImportStatus.DONE, dry_run=False)
    changes = {
        "status": ImportStatus.QUEUED,
        "progress": 0,
        "stop_requested": False,
        "finished_at": None,
        "message": "",
    }
    with transaction.atomic():
        if not moved.update(mapping=mapping, dry_run=dry_run, **changes):
            raise Conflict("import_moved_on", _("This import runs or is done."), mend=_("Reload the page."))
        _wake(job.pk)


def stop_import(job: ImportJob) -> None:
    """Ask a queued or running import to stop; nothing of it is kept."""
    ImportJob.objects.filter(pk=job.pk, status=ImportStatus.QUEUED).update(status=ImportStatus.STOPPED)
    ImportJob.objects.filter(pk=job.pk, status=ImportStatus.RUNNING).update(stop_requested=True)


def change_mapping(job: ImportJob) -> None:
    """Back to the mapping, after a trial."""
    tried = ImportJob.objects.filter(pk=job.pk, status__in=_WAITING).exclude(status=ImportStatus.DONE, dry_run=False)
    if not tried.update(status=ImportStatus.DRAFT):
        raise Conflict("import_moved_on", _("This import runs or is done."), mend=_("Reload the page."))


def run_queued(job_id: int, *, now: datetime) -> bool:
    """What a worker does with a job, in the language of who asked; False when there is nothing to do.

    A refusal of the whole file is in the job's row for the person to see; it is no defect of the worker.
    """
    job = ImportJob.objects.select_related("created_by").filter(pk=job_id).first()
    if job is None or not job.stored_file:
        return False
    language = (job.created_by.language if job.created_by else "") or current_tenant().language
    with translation.override(language):
        try:
            run_job(job, files.path_of(PURPOSE, job.stored_file), now=now)
        except DomainError:
            return False
    return True


def wake_forgotten(now: datetime) -> None:
    """The row decides: jobs whose wake-up was lost or whose worker died are run again, or ended when they can't be."""
    unfinished = ImportJob.objects.filter(status__in=(ImportStatus.QUEUED, ImportStatus.RUNNING))
    for job in unfinished.order_by("pk"):
        if _is_running(job):
            continue
        if job.stored_file:
            _wake(job.pk)
        else:
            ImportJob.objects.filter(pk=job.pk, status=job.status).update(
                status=ImportStatus.FAILED,
                message=_("It was interrupted, and nothing of it was kept. Run the command again."),
                finished_at=now,
            )


def _is_running(job: ImportJob) -> bool:
    from retention.customers.services.imports import STAGE_LOCK, runner_key

    with connection.cursor() as cursor:
        key = runner_key(job)
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, %s))", [key, STAGE_LOCK])
        free: bool = cursor.fetchone()[0]
        if free:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, %s))", [key, STAGE_LOCK])
    return not free


def _wake(job: int) -> None:
    from retention.customers.tasks import run_import

    run_import.wake(job=job)
