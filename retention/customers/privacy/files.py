"""Files that were brought in hold rows of many people: finished imports lose theirs when one of them is erased."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from retention.customers.enums import ImportStatus
from retention.customers.models import Customer, ImportError, ImportJob, KeptAnswer
from retention.customers.privacy import PrivacyPart, Rows, register
from tenants import files

PURPOSE = "imports"


def export_refusals(customer: Customer) -> Rows:
    """Values of refused rows in which a mark of theirs shows."""
    rows = ImportError.objects.filter(_shows(customer)).order_by("pk")
    return list(rows.values("job__file_name", "line", "column", "value", "reason"))


def erase_files(customer: Customer) -> dict[str, int]:
    """Values of refused rows with a mark of theirs, and the files of all finished imports; their counts stay."""
    refusals = ImportError.objects.filter(_shows(customer)).update(value="")
    finished = (ImportStatus.DONE, ImportStatus.FAILED, ImportStatus.STOPPED)
    jobs = ImportJob.objects.filter(status__in=finished)
    stored = list(jobs.exclude(stored_file="").values_list("stored_file", flat=True))
    errors = [
        f"{public_id}-errors.csv" for public_id in jobs.filter(refused__gt=0).values_list("public_id", flat=True)
    ]
    jobs.exclude(stored_file="").update(stored_file="")
    transaction.on_commit(partial(_delete, [*stored, *errors]))
    KeptAnswer.objects.all().delete()  # they quote refused cells; the same batch again changes nothing anyway
    return {"refused_values_emptied": refusals, "import_files_removed": len(stored)}


def _shows(customer: Customer) -> Q:
    marks = [mark for mark in (customer.external_id, customer.name, customer.email, customer.phone) if len(mark) >= 3]
    shows = Q(pk__in=[])
    for mark in marks:
        shows |= Q(value__icontains=mark)
    return shows


def _delete(names: list[str]) -> None:
    for name in names:
        files.delete(PURPOSE, Path(name).name)


register(PrivacyPart("import files", export_refusals, erase_files))
