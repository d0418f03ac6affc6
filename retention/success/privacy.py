"""What work for customers holds on one of them."""

from __future__ import annotations

from django.db.models import Q

from retention.customers.models import Customer
from retention.customers.privacy import PrivacyPart, Rows, register
from retention.success.models import Assignment, Contract, ContractVersion, Evidence, PlaybookRun, Renewal, Task

ERASED = "–"


def export_contracts(customer: Customer) -> Rows:
    """Their contracts, the ends of terms, and who worked for them."""
    contracts = Contract.objects.filter(customer=customer).order_by("pk")
    names = ("contract_id", "product", "starts_on", "ends_on", "amount", "auto_renew", "status", "properties")
    renewals = Renewal.objects.filter(contract__customer=customer).order_by("pk")
    assignments = Assignment.objects.filter(customer=customer).order_by("pk")
    return [
        *contracts.values(*names),
        *renewals.values("contract__contract_id", "ends_on", "status", "next_step", "reason"),
        *assignments.values("staff", "role", "starts_on", "ends_on"),
    ]


def erase_contracts(customer: Customer) -> dict[str, int]:
    """Sums and days stay, since the books rest on them; words go, and so do those who worked for the person."""
    ContractVersion.objects.filter(contract__customer=customer).update(properties={})
    Renewal.objects.filter(contract__customer=customer).update(next_step="", reason="")
    return {
        "contracts_emptied": Contract.objects.filter(customer=customer).update(properties={}),
        "assignments_removed": Assignment.objects.filter(customer=customer).delete()[0],
    }


def export_tasks(customer: Customer) -> Rows:
    """What was done for them, with its evidence."""
    tasks = Task.objects.filter(_of(customer)).order_by("pk")
    names = ("title", "body", "kind", "status", "due_at", "outcome", "note", "closed_at", "evidence__text")
    return list(tasks.values(*names))


def erase_tasks(customer: Customer) -> dict[str, int]:
    """Tasks and runs of the person alone go; of work for an account the words go."""
    PlaybookRun.objects.filter(customer=customer, account=None).delete()
    shared = Task.objects.filter(customer=customer, account__isnull=False)
    Evidence.objects.filter(task__in=shared.values("pk")).update(text=ERASED)
    emptied = shared.update(title=ERASED, body="", note="", customer=None)
    PlaybookRun.objects.filter(customer=customer).update(customer=None, context={})
    removed = Task.objects.filter(customer=customer)
    count = removed.count()
    removed.delete()
    return {"tasks_removed": count, "tasks_emptied": emptied}


def _of(customer: Customer) -> Q:
    return Q(customer=customer) | Q(run__customer=customer)


register(PrivacyPart("contracts", export_contracts, erase_contracts))
register(PrivacyPart("tasks", export_tasks, erase_tasks))
