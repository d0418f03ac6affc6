"""P11: planning 200,000 messages, against bare INSERT … SELECT of the very same rows.

Ours compiles the audience, asks consent, suppression, preference and address of each customer, draws global holdout
and holdout, and keeps a decision with its reasons. The peer copies finished rows: enrollments, exposures, decisions
and messages. A second figure sets ours against inserting the messages alone.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from bench.database import VOID_ABOVE_MS, bench_database, commit_ms, make_tenant

CUSTOMERS, ROUNDS = 200_000, 3
NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)
COPIES = {
    "campaigns_exposure": "experiment_id, customer_id, arm_id, exposed_at, recorded_at",
    "campaigns_enrollment": "campaign_id, version_id, customer_id, arm_id, held_out, measure, enrolled_at",
    "campaigns_decision": "campaign_id, customer_id, verdict, reasons, evidence, decided_at",
    "campaigns_message": "public_id, enrollment_id, campaign_id, step_id, customer_id, channel, purpose, lane, state,"
    " worth, planned_at, due_at, not_after",
}


def run() -> dict[str, Any]:
    """``{"P11": {…}}``: seconds of each way, and our share of the peers' speed."""
    seconds: dict[str, list[float]] = {"ours": [], "same_rows": [], "messages_alone": []}
    with bench_database():
        from tenants.context import statements_of, use_tenant

        with use_tenant(make_tenant("plan")), statements_of(seconds=600):
            _fill()
            before = commit_ms()
            for round_ in range(ROUNDS + 1):
                _round(round_, seconds)
            after = commit_ms()
    warm = {name: statistics.median(figures[1:]) for name, figures in seconds.items()}
    return {
        "P11": {
            "messages": CUSTOMERS,
            "seconds": {
                name: {"cold": round(figures[0], 2), "median": round(warm[name], 2),
                       "range": [round(min(figures[1:]), 2), round(max(figures[1:]), 2)]}
                for name, figures in seconds.items()
            },
            "of_same_rows": round(warm["same_rows"] / warm["ours"], 2),
            "of_messages_alone": round(warm["messages_alone"] / warm["ours"], 2),
            "rounds": ROUNDS,
            "commit_ms": [before, after],
            "valid": max(before, after) <= VOID_ABOVE_MS,
        }
    }  # fmt: skip


def _fill() -> None:
    from django.db import connection

    from retention.customers.models import Customer
    from tenants.governance.models import Policy
    from tests.campaigns.sending.world import make_people

    Policy.objects.create(name="campaigns.global_holdout", value=0)
    for part in range(CUSTOMERS // 20_000):
        make_people(20_000, f"p{part}x")
    assert Customer.objects.count() == CUSTOMERS
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer, customers_consententry")


def _round(number: int, seconds: dict[str, list[float]]) -> None:
    from django.db import connection, transaction

    from campaigns.models import Message
    from campaigns.services.planning import plan_campaign

    campaign, experiment = _campaign(f"Round {number}")
    other, other_experiment = _campaign(f"Copy {number}")
    _time(seconds["ours"], lambda: plan_campaign(campaign, clock=lambda: NOW))
    assert Message.objects.filter(campaign=campaign).count() == CUSTOMERS
    other_rows = {
        "public_id": "gen_random_uuid()",
        "enrollment_id": "NULL",
        "campaign_id": str(other),
        "experiment_id": str(other_experiment),
    }
    for name, tables in (("same_rows", list(COPIES)), ("messages_alone", ["campaigns_message"])):
        copies = [_copy(table, other_rows, campaign, experiment) for table in tables]
        with transaction.atomic(), connection.cursor() as cursor:

            def copy() -> None:
                for statement in copies:  # noqa: B023
                    cursor.execute(statement)

            _time(seconds[name], copy)
            transaction.set_rollback(True)


def _campaign(name: str) -> tuple[int, int]:
    """A launched campaign that is not planned yet, and its experiment: their keys."""
    from campaigns.enums import ExperimentSource
    from campaigns.models import Campaign, CampaignPlan
    from campaigns.services.experiments import create_experiment
    from tests.campaigns.sending.world import make_campaign

    campaign = make_campaign(name, launched=True)
    assert campaign.current is not None
    experiment = create_experiment(
        name=name, holdout=0, arms={"c": 1}, source=ExperimentSource.CAMPAIGN, actor="bench", now=NOW
    )
    Campaign.objects.filter(pk=campaign.pk).update(experiment=experiment)
    CampaignPlan.objects.create(campaign=campaign, version=campaign.current, as_of=date(2026, 3, 2), planned_at=NOW)
    return campaign.pk, experiment.pk


def _copy(table: str, others: dict[str, str], campaign: int, experiment: int) -> str:
    taken = ", ".join(others.get(column, column) for column in COPIES[table].split(", "))
    where = f"experiment_id = {experiment}" if table == "campaigns_exposure" else f"campaign_id = {campaign}"
    return f"INSERT INTO {table} ({COPIES[table]}) SELECT {taken} FROM {table} WHERE {where}"


def _time(figures: list[float], work: Callable[[], object]) -> None:
    begin = time.perf_counter()
    work()
    figures.append(time.perf_counter() - begin)
