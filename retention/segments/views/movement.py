"""The pages of movements: between pools, and between value tiers, over any period."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from retention.common import formats
from retention.scoring.enums import MoveReason, Pool
from retention.scoring.selectors.current import current_run
from retention.scoring.selectors.flows import Entry, first_day_in_pools
from retention.scoring.selectors.tiers import first_day_with_tiers
from retention.segments.models import Segment
from retention.segments.movement.charts import pool_flow_chart, tier_chart
from retention.segments.movement.flows import PoolEnds, pool_movement
from retention.segments.movement.lists import NOBODY, tier_label, value_of
from retention.segments.movement.period import Period, PeriodForm, usual_periods
from retention.segments.movement.tiers import PLACES, TierMovement, tier_movement
from retention.segments.overview.charts import link
from retention.segments.overview.words import customers_url, pool_label
from tenants.people.permissions import require

WAYS = ("high_value_quiet", "high_value_lost")


@require("scores.view")
def pool_flows(request: HttpRequest) -> HttpResponse:
    """Pools at the end of one day against those at the end of another: flows, counts, value, entries with reasons."""
    run, earliest = current_run(), first_day_in_pools()
    if run is None or earliest is None or earliest >= run.as_of:
        return render(request, "movement/flows.html", {"run": run})
    form = PeriodForm(request.GET, earliest=earliest, latest=run.as_of)
    context: dict[str, Any] = {
        "run": run,
        "form": form,
        "usual": usual_periods(earliest=earliest, latest=run.as_of),
        "period": form.period,
    }
    if form.period is not None:
        movement = pool_movement(run, form.period)
        context |= {
            "chart": pool_flow_chart(movement),
            "pools": [_pool_row(one, form.period, movement.knows_value) for one in movement.pools],
            "knows_value": movement.knows_value,
            "entries": [_entry_row(one, form.period) for one in movement.entries],
        }
    return render(request, "movement/flows.html", context)


def _pool_row(ends: PoolEnds, period: Period, knows_value: bool) -> dict[str, Any]:
    first, last, pool = period.first, period.last, ends.pool.value
    return {
        "pool": ends.pool,
        "before": link(customers_url(moved=value_of(first, last, pool, "")), ends.before),
        "after": link(customers_url(moved=value_of(first, last, "", pool)), ends.after),
        "change": ends.after - ends.before,
        "value": ends.value if knows_value else None,
        "came": ends.came,
        "went": ends.went,
    }


def _entry_row(entry: Entry, period: Period) -> dict[str, Any]:
    return {
        "came_from": "" if entry.pool == Pool.GONE else pool_label(entry.came_from or NOBODY),
        "pool": pool_label(entry.pool),
        "reason": MoveReason(entry.reason).label if entry.reason else "",
        "customers": _entry_link(entry, period),
        "times": formats.number(entry.times),
    }


def _entry_link(entry: Entry, period: Period) -> SafeString:
    came_from = "" if entry.pool == Pool.GONE else entry.came_from or NOBODY
    value = value_of(period.first, period.last, came_from, entry.pool, entry.reason)
    return link(customers_url(entries=value), entry.customers)


@require("scores.view")
def tier_moves(request: HttpRequest) -> HttpResponse:
    """Value tiers on one day against those on another: who moved where, and what they paid in between."""
    run, earliest = current_run(), first_day_with_tiers()
    ways = [
        (segment.title, customers_url(segment=segment.code))
        for segment in Segment.objects.filter(code__in=WAYS, archived_at=None).order_by("-code")
    ]
    if run is None or earliest is None or earliest >= run.as_of:
        return render(request, "movement/tiers.html", {"ways": ways})
    form = PeriodForm(request.GET, earliest=earliest, latest=run.as_of)
    usual = usual_periods(earliest=earliest, latest=run.as_of)
    context: dict[str, Any] = {"form": form, "usual": usual, "period": form.period, "ways": ways}
    if form.period is not None:
        movement = tier_movement(run, form.period)
        rows = [_tier_row(tier, movement) for tier in PLACES] if movement.moves else []
        context |= {"chart": tier_chart(movement), "rows": rows, "columns": [tier_label(tier) for tier in PLACES]}
    return render(request, "movement/tiers.html", context)


def _tier_row(before: str, movement: TierMovement) -> dict[str, Any]:
    cells, period = movement.cells, movement.period
    row = []
    for after in PLACES:
        move = cells.get((before, after))
        value = value_of(period.first, period.last, before or NOBODY, after or NOBODY)
        row.append(
            {
                "count": move.customers if move else 0,
                "link": link(customers_url(tiers=value), move.customers) if move else "",
                "revenue": move.revenue if move else 0,
                "stayed": before == after,
            }
        )
    return {"name": tier_label(before), "cells": row}
