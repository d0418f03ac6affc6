"""Plan a launched campaign: audience, eligibility, holdouts, enrollments, decisions and messages, as sets.

A batch of customers is one statement in one transaction that also moves the plan's cursor: a planner that dies has
planned whole batches, and whoever goes on begins after the last one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from campaigns.enums import CampaignKind, CampaignStatus
from campaigns.models import Campaign, CampaignPlan, CampaignVersion, LaunchRequest
from campaigns.science.assignment import BUCKETS, bucket_sql
from campaigns.selectors.planning_sql import BY_STEP, COUNTED, PLAN, judged_sql
from campaigns.services.experiments import HOLDOUT, REACHED, Customers, draw, global_experiment
from retention.common.ids import UUID7_SQL
from retention.customers.services.state import planned_for_sets
from tenants.policies import policy_value

CUSTOMERS_A_BATCH = 50_000
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Audience:
    """How many a version would reach, by step, and who is left out, by the first reason."""

    size: int
    left_out: dict[str, int]
    by_step: dict[str, int]


def count_audience(version: CampaignVersion, *, as_of: date) -> Audience:
    """Ask without planning anything: before holdouts, caps and quiet hours. Raises RuleError for an empty rule."""
    judged = judged_sql(version, as_of=as_of)
    with transaction.atomic(), planned_for_sets(), connection.cursor() as cursor:
        cursor.execute(f"WITH {judged.sql} {COUNTED}", judged.params)
        reasons = dict(cursor.fetchall())
        cursor.execute(f"WITH {judged.sql} {BY_STEP}", judged.params)
        by_step = {str(step): count for step, count in cursor.fetchall()}
    return Audience(reasons.pop("", 0), reasons, by_step)


def plan_campaign(campaign_id: int, *, clock: Clock, batch: int = CUSTOMERS_A_BATCH) -> CampaignPlan | None:
    """Plan batch after batch until all of the audience is planned; None where nothing was launched."""
    while plan_batch(campaign_id, now=clock(), batch=batch):
        pass
    return CampaignPlan.objects.filter(campaign_id=campaign_id).first()


@transaction.atomic
def plan_batch(campaign_id: int, *, now: datetime, batch: int = CUSTOMERS_A_BATCH) -> bool:
    """Plan the next customers; False when none are left, the campaign does not run, or somebody else is planning."""
    plans = CampaignPlan.objects.select_for_update(skip_locked=True, of=("self",))
    plan = plans.filter(campaign_id=campaign_id, done_at=None).first()
    if plan is None:
        return False
    campaign = Campaign.objects.get(pk=campaign_id)
    if campaign.status != CampaignStatus.RUNNING or campaign.current_id != plan.version_id:
        return False
    seen, last, enrolled, held_out, messages, decided = _plan(campaign, plan, now, batch)
    CampaignPlan.objects.filter(pk=plan.pk).update(
        cursor=plan.cursor if last is None else last,
        enrolled=F("enrolled") + enrolled,
        held_out=F("held_out") + held_out,
        messages=F("messages") + messages,
        left_out=F("left_out") + decided - enrolled - held_out,
        done_at=now if seen < batch else None,
    )
    return seen == batch


def _plan(
    campaign: Campaign, plan: CampaignPlan, now: datetime, batch: int
) -> tuple[int, int | None, int, int, int, int]:
    version, experiment = plan.version, campaign.experiment
    assert experiment is not None
    everybody = global_experiment(now=now)
    sides = dict(everybody.arms.order_by().values_list("name", "pk"))
    judged = judged_sql(version, as_of=plan.as_of, after=plan.cursor, most=batch)
    fit = Customers("SELECT customer_id FROM persons WHERE fit", judged.params)
    drawn = draw(experiment, fit, now=now)
    sql = PLAN.format(drawn=drawn.sql, uuid7=UUID7_SQL, canary=_canary_sql(version))
    params = {
        **drawn.params,
        "now": now,
        "everybody": everybody.pk,
        "global_holdout": sides[HOLDOUT],
        "global_reached": sides[REACHED],
        "holdout_arm": experiment.arms.get(is_control=True).pk,
        "begins": max(plan.planned_at, version.starts_at or plan.planned_at),
        "useful": useful_time(version),
        "worth": version.worth,
        "canary_salt": f"canary|{experiment.salt}",
    }
    with planned_for_sets(), connection.cursor() as cursor:
        cursor.execute(f"WITH {judged.sql} {sql}", params)
        row: tuple[int, int | None, int, int, int, int] = cursor.fetchone()
    return row


def useful_time(version: CampaignVersion) -> timedelta:
    """How long after it is due a message of this version may still go out."""
    hours = policy_value("sending.useful_hours")
    assert isinstance(hours, dict)
    if version.campaign.kind == CampaignKind.TRIGGERED:
        trigger = hours["trigger"]
        assert isinstance(trigger, int | float)
        return timedelta(hours=trigger)
    return timedelta(hours=version.useful_hours)


def _canary_sql(version: CampaignVersion) -> str:
    """Minutes by which a customer's message is put off, so that the first few are watched before the rest."""
    rules = policy_value("launch.canary")
    assert isinstance(rules, dict)
    share, minutes, ramp = (float(rules[name] or 0) for name in ("share", "minutes", "ramp"))  # type: ignore[arg-type]
    request = LaunchRequest.objects.filter(version=version, launched_at__isnull=False).first()
    if request is None or request.size < float(rules["from_size"] or 0) or not 0 < share < 1 or minutes <= 0:  # type: ignore[arg-type]
        return "0"
    first, second = round(share * BUCKETS), round(share * max(ramp, 1) * BUCKETS)
    bucket = bucket_sql("%(canary_salt)s::text", "q.public_id")
    return (
        f"(SELECT CASE WHEN b.bucket < {first} THEN 0 WHEN b.bucket < {second} THEN {round(minutes)}"
        f" ELSE {2 * round(minutes)} END FROM (SELECT {bucket} AS bucket OFFSET 0) b)"
    )
