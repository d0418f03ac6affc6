"""Bring a file in: read it in chunks, stage it, merge it in one transaction, and say what became of each row.

A killed import has changed nothing and can be run again: nothing of the record is written before the one transaction
that also ends the job. The job's row moves by itself, so that whoever looks sees how far it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from retention.common.errors import Conflict, DomainError
from retention.common.progress import Progress, no_progress
from retention.common.tabular import open_table, write_csv
from retention.customers.enums import ImportStatus
from retention.customers.importers import Importer, importers
from retention.customers.importers.mapping import FileMap, bind
from retention.customers.importers.parsing import ChunkParser
from retention.customers.importers.stage import REFUSED, ROWS, Stage
from retention.customers.importers.values import Local
from retention.customers.models import ImportError, ImportJob
from retention.customers.services.points.figures import forget_figures
from retention.customers.services.turns import take_turn
from tenants import files
from tenants.backend.stance import JOB_SECONDS
from tenants.context import current_tenant, statements_of
from tenants.people.models import User
from tenants.services.statistics import refresh_statistics

PURPOSE = "imports"
SHOWN_ERRORS = 1_000  # refused rows kept for the page; the errors file has all of them
MERGE_FROM = 0.8  # reading and staging are the first four fifths of the bar
STAGE_LOCK = 1
MANY = 1_000  # rows kept from which on the planner is told of them
WAIT_SECONDS = 3_600  # for the merges that came before
ROWS_A_SECOND = 1_000  # a merge is given a second more for each so many rows; measured: about 18,000
FACT_TABLES = tuple(
    f"customers_{name}"
    for name in (
        "account",
        "contact",
        "customer",
        "customerstate",
        "event",
        "membership",
        "order",
        "orderline",
        "product",
    )
)


@dataclass(frozen=True)
class ImportResult:
    """What became of a file's rows: read = kept + unchanged + refused; kept are new or changed."""

    read: int
    kept: int
    unchanged: int
    refused: int
    errors_file: str | None

    def as_json(self) -> dict[str, Any]:
        """What the command prints."""
        return asdict(self)


class Stopped(DomainError):
    """A person stopped the import; nothing of it was written."""


def find_importer(kind: str) -> Importer:
    """The importer of `kind`; raises DomainError with the known kinds."""
    importer = importers.get(kind)
    if importer is None:
        raise DomainError(
            "unknown_kind",
            _("“%s” can't be imported.") % kind,
            mend=_("Use one of: %s.") % ", ".join(importers.names()),
        )
    return importer


def import_file(
    *,
    kind: str,
    path: Path,
    file_map: dict[str, Any] | None = None,
    dry_run: bool = False,
    now: datetime,
    actor: User | None = None,
    progress: Progress = no_progress,
) -> tuple[ImportJob, ImportResult]:
    """Bring a file in at once; raises DomainError when it can't be read or mapped at all."""
    find_importer(kind)
    job = ImportJob.objects.create(
        kind=kind,
        file_name=path.name[:255],
        mapping={} if file_map is None else file_map,
        dry_run=dry_run,
        created_by=actor,
        created_at=now,
    )
    return job, run_job(job, path, now=now, progress=progress)


def run_job(job: ImportJob, path: Path, *, now: datetime, progress: Progress = no_progress) -> ImportResult:
    """Run a queued job, or one whose process died; raises Conflict when it is done or another process runs it."""
    with _only_runner(job):
        started = ImportJob.objects.filter(pk=job.pk, status__in=[ImportStatus.QUEUED, ImportStatus.RUNNING])
        if not started.update(status=ImportStatus.RUNNING, progress=0, message=""):
            raise Conflict("import_not_queued", _("This import is not waiting to be run."), mend=_("Start a new one."))
        try:
            return _run(job, path, now=now, progress=progress)
        except Exception as error:
            stopped = isinstance(error, Stopped)
            ImportJob.objects.filter(pk=job.pk).update(
                status=ImportStatus.STOPPED if stopped else ImportStatus.FAILED,
                message=error.words if isinstance(error, DomainError) else str(error),
                finished_at=now,
            )
            raise


def _run(job: ImportJob, path: Path, *, now: datetime, progress: Progress) -> ImportResult:
    importer = find_importer(job.kind)
    file_map = FileMap.from_json(job.mapping)
    tenant = current_tenant()
    stage = Stage(importer, now, tenant.zone, f"import:{job.public_id}")
    local = Local(tenant.zone, tenant.currency, file_map.layout.date)

    def report(share: float) -> None:
        progress(round(share * 1000), 1000)
        row = ImportJob.objects.filter(pk=job.pk)
        row.update(progress=share)
        if row.filter(stop_requested=True).exists():
            raise Stopped("import_stopped", _("The import was stopped; nothing of it was kept."))

    try:
        stage.create()
        read = 0
        with open_table(path, file_map.layout) as table:
            parser = ChunkParser(importer, bind(importer, table.header, file_map.columns, file_map.constants), local)
            stage.filled = frozenset(parser.bound.known)
            for chunk in table.chunks:
                parsed = parser.parse(chunk)
                stage.add(parser.columns, parsed.rows, parsed.refusals)
                read += len(chunk)
                report(chunk.done * MERGE_FROM)
        result = _merge(job, stage, read, now=now)
        if result.kept >= MANY and not job.dry_run:
            refresh_statistics((*FACT_TABLES, *importer.tables))
        return result
    finally:
        stage.drop()


def _merge(job: ImportJob, stage: Stage, read: int, *, now: datetime) -> ImportResult:
    with transaction.atomic(), statements_of(seconds=JOB_SECONDS + read // ROWS_A_SECOND):
        with statements_of(seconds=WAIT_SECONDS):
            take_turn()
        stage.execute(f"ANALYZE {ROWS}")
        with transaction.atomic():
            outcome = stage.importer.apply(stage)
            refused = stage.number(f"SELECT count(*) FROM {REFUSED}")
            errors = _first_errors(job, stage)
            errors_file = _write_errors(job, stage) if refused else None
            if job.dry_run:
                transaction.set_rollback(True)
        ImportError.objects.filter(job=job).delete()
        ImportError.objects.bulk_create(errors)
        result = ImportResult(read, outcome.kept, outcome.unchanged, refused, errors_file)
        _check_sum(result)
        forget_figures()
        ImportJob.objects.filter(pk=job.pk).update(
            status=ImportStatus.DONE,
            progress=1,
            read=result.read,
            kept=result.kept,
            unchanged=result.unchanged,
            refused=result.refused,
            errors_file=Path(errors_file).name if errors_file else "",
            finished_at=now,
        )
    return result


def _check_sum(result: ImportResult) -> None:
    if result.read != result.kept + result.unchanged + result.refused:
        raise RuntimeError(f"rows went missing: {result}")


def _first_errors(job: ImportJob, stage: Stage) -> list[ImportError]:
    rows = stage.rows(
        f'SELECT line, "column", value, reason, mend FROM {REFUSED} ORDER BY line LIMIT %(limit)s', limit=SHOWN_ERRORS
    )
    return [
        ImportError(job=job, line=line, column=column[:120], value=value, reason=reason[:300], mend=mend[:300])
        for line, column, value, reason, mend in rows
    ]


def _write_errors(job: ImportJob, stage: Stage) -> str:
    path = files.path_of(PURPOSE, f"{job.public_id}-errors.csv")
    with path.open("w", encoding="utf-8", newline="") as stream, connection.cursor() as cursor:
        cursor.execute(f'SELECT line, "column", value, reason, mend FROM {REFUSED} ORDER BY line')
        write_csv(stream, ["line", "column", "value", "reason", "mend"], iter(cursor.fetchone, None))
    return str(path)


def runner_key(job: ImportJob) -> str:
    """What the process that runs `job` holds a lock on."""
    return f"{connection.schema_name}:import:{job.pk}"  # type: ignore[attr-defined]


@contextmanager
def _only_runner(job: ImportJob) -> Iterator[None]:
    """One process runs a job: the lock is the session's, so it falls with the process, whatever the row says."""
    with connection.cursor() as cursor:
        key = runner_key(job)
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, %s))", [key, STAGE_LOCK])
        if not cursor.fetchone()[0]:
            raise Conflict("import_running", _("Another process runs this import."), mend=_("Wait for it to end."))
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, %s))", [key, STAGE_LOCK])
