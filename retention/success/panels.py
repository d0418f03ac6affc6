"""People's work on the pages of customers and accounts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from retention.customers.models import Account, Customer
from retention.customers.panels import Panel, register, register_account
from retention.success.forms import startable
from retention.success.models import Assignment, Contract, PlaybookRun, Task
from retention.success.selectors.wording import in_words

MOST = 10


def _of_customer(customer: Customer, as_of: date) -> dict[str, Any] | None:
    tasks = Task.objects.filter(customer=customer).select_related("run__version").order_by("-due_at")[:MOST]
    return {"tasks": in_words(tasks)} if tasks else None


def _contracts_of(account: Account) -> QuerySet[Contract]:
    return Contract.objects.filter(account=account, withdrawn=False)[:MOST]


def _of_account(account: Account, as_of: date) -> dict[str, Any]:
    runs = PlaybookRun.objects.filter(account=account).select_related("version__playbook")
    return {
        "account": account,
        "contracts": [(contract, contract.standing_on(as_of)) for contract in _contracts_of(account)],
        "runs": runs[:MOST],
        "tasks": Task.objects.filter(account=account, run=None).order_by("-due_at")[:MOST],
        "assignments": Assignment.objects.filter(account=account, withdrawn=False)[:MOST],
        "startable": startable(),
    }


register(Panel("tasks", _("Tasks"), 8, "success.view", "success/_customer_panel.html", _of_customer, place="side"))
register_account(
    Panel("success", _("Work for this account"), 8, "tasks.work", "success/_account_panel.html", _of_account)
)
