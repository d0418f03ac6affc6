"""Scores and segments on the list of customers: columns, and the filters to which the overview leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from retention.common.tables import Column, Filter, Text
from retention.customers.list_parts import ListPart, register
from retention.scoring.enums import SILENT, FalseChurn, HealthBand, Pool, Stage, Tier
from retention.scoring.models import CustomerScore, PoolSpell
from retention.scoring.selectors.current import current_run
from retention.segments.cells import health_cell, pool_cell
from retention.segments.models import Segment, SegmentMembership
from retention.segments.movement.lists import ENTRIES, MOVED, TIERED, standing

Customers = QuerySet[Any]
FLOW_DAYS = 28
NO_POOL = "none"
TIER_WORDS = dict(Tier.choices)
YES_NO = (("yes", _("yes")), ("no", _("no")))


def _scored(customers: Customers, **wanted: object) -> Customers:
    """Those whose score in the run in force is so."""
    return customers.filter(pk__in=CustomerScore.current.filter(**wanted).values("customer"))


def _by_pool(customers: Customers, pool: str) -> Customers:
    silent = [one for one in SILENT if one != Pool.GONE]
    return _scored(customers, pool__in=silent if pool == "silent" else ["" if pool == NO_POOL else pool])


def _by_false_churn(customers: Customers, answer: str) -> Customers:
    """Those with any sign of life, with none, or with one of a kind."""
    scores = CustomerScore.current.all()
    if answer in FalseChurn.values:
        found = scores.filter(false_churn__contains=answer)
    else:
        found = scores.exclude(false_churn="") if answer == "yes" else scores.filter(false_churn="")
    return customers.filter(pk__in=found.values("customer"))


def _by_entry(customers: Customers, days: str) -> Customers:
    """Those who came into their pool within the last `days`, the day of the run counted."""
    run = current_run()
    if run is None:
        return customers.none()
    entered = PoolSpell.objects.filter(left_on=None, entered_on__gt=run.as_of - timedelta(days=int(days)))
    return customers.filter(pk__in=entered.values("customer"))


def _by_past(customers: Customers, pool: str) -> Customers:
    """Those who were in `pool` 28 days before the run; "none" had no pool yet."""
    run = current_run()
    return customers.none() if run is None else standing(customers, run.as_of - timedelta(days=FLOW_DAYS), pool)


def _by_health(customers: Customers, tenth: str) -> Customers:
    low = int(tenth)
    return _scored(customers, health__gte=low, health__lt=low + 10 if low < 90 else 101)


def _by_segment(customers: Customers, code: str) -> Customers:
    held = SegmentMembership.objects.filter(left_on=None, segment__code=code)
    return customers.filter(pk__in=held.values("customer"))


def pool_choices() -> list[tuple[str, Text]]:
    """The pools, both silent ones together, and none."""
    return [*Pool.choices, ("silent", _("Silent")), (NO_POOL, _("No pool yet"))]


def _entry_choices() -> list[tuple[str, Text]]:
    """How lately somebody came into their pool, put in words when asked."""
    return [(str(days), _("the last %d days") % days) for days in (1, 7, 28)]


def _past_choices() -> list[tuple[str, Text]]:
    return [choice for choice in pool_choices() if choice[0] != "silent"]


def _segment_choices() -> list[tuple[str, Text]]:
    return [(segment.code, segment.title) for segment in Segment.objects.filter(archived_at=None)]


def load_scores(ids: Sequence[int]) -> Mapping[int, CustomerScore]:
    """The scores of these customers in the run in force, of which the columns of the list are read."""
    scores = CustomerScore.current.filter(customer__in=ids).only(
        "customer_id", "pool", "tier", "health", "health_band"
    )
    return {score.customer_id: score for score in scores}


SCORES = ListPart(
    "scores",
    10,
    "scores.view",
    columns=(
        Column("pool", _("Pool"), kind="html", value=lambda c: pool_cell(c.listed["scores"])),
        Column(
            "tier", _("Value tier"), value=lambda c: c.listed["scores"] and TIER_WORDS.get(c.listed["scores"].tier)
        ),
        Column("health", _("Health"), kind="html", value=lambda c: health_cell(c.listed["scores"])),
    ),
    filters=(
        Filter("pool", _("Pool"), pool_choices, _by_pool),
        Filter("was", _("28 days before"), _past_choices, _by_past),
        Filter("entered", _("In the pool since"), _entry_choices, _by_entry),
        MOVED,
        ENTRIES,
        TIERED,
        Filter("stage", _("Stage"), Stage.choices, lambda rows, stage: _scored(rows, stage=stage)),
        Filter("tier", _("Value tier"), Tier.choices, lambda rows, tier: _scored(rows, tier=tier)),
        Filter("value", _("High value"), YES_NO, lambda rows, yes: _scored(rows, high_value=yes == "yes")),
        Filter("band", _("Health band"), HealthBand.choices, lambda rows, band: _scored(rows, health_band=band)),
        Filter("health", _("Health"), [(str(n), f"{n}–{n + 10}") for n in range(0, 100, 10)], _by_health),
        Filter("false", _("False churn"), (*YES_NO, *FalseChurn.choices), _by_false_churn),
    ),
    load=load_scores,
)
SEGMENTS = ListPart(
    "segments", 20, "segments.view", filters=(Filter("segment", _("Segment"), _segment_choices, _by_segment),)
)
register(SCORES)
register(SEGMENTS)
