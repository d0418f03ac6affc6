"""The daily run: due at an hour of the tenant's day, and runs that lost their workers are taken up again."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from retention.customers.models import CustomerState
from retention.scoring.enums import RunKind, RunStatus
from retention.scoring.frames.accounts_seen import any_account_acted
from retention.scoring.frames.renewals import anything_runs_in_terms
from retention.scoring.models import ScoreRun
from retention.scoring.moment import Moment
from retention.scoring.rules import rules_in_force
from retention.scoring.services.runs import request_run
from tenants.context import current_tenant

MOST_FAILURES = 3
"""After so many failures a day's run waits for a person."""


def schedule_due_runs(*, now: datetime) -> list[int]:
    """Ask for the run of the last complete day once its hour has come; returns the runs that need a worker.

    The database holds at most one scheduled run of a day that has not failed, whoever calls this how often.
    """
    local = now.astimezone(current_tenant().zone)
    if local.hour >= rules_in_force().whole("runs.hour"):
        _request_once(now, local.date() - timedelta(days=1))
    unfinished = ScoreRun.objects.filter(status__in=[RunStatus.QUEUED, RunStatus.RUNNING])
    return list(unfinished.order_by("id").values_list("pk", flat=True))


def _has_facts(moment: Moment) -> bool:
    return CustomerState.objects.exists() or anything_runs_in_terms(moment) or any_account_acted(moment)


def _request_once(now: datetime, as_of: date) -> None:
    of_day = ScoreRun.objects.filter(as_of=as_of, known_at=None, policy_at=None)
    if of_day.exclude(status=RunStatus.FAILED).exists():
        return
    if of_day.filter(scheduled=True).count() >= MOST_FAILURES:
        return
    if not _has_facts(Moment(as_of, current_tenant().timezone)):
        return
    try:
        with transaction.atomic():
            request_run(as_of=as_of, now=now, scheduled=True, kind=RunKind.REFRESH)
    except IntegrityError:  # another scheduler was quicker
        return
