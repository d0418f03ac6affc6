"""The pages of movements: flows between pools over any period."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from retention.common import formats
from retention.scoring.enums import MoveReason, Pool
from retention.scoring.selectors.current import current_run
from retention.scoring.selectors.flows import Entry, first_day_in_pools
from retention.segments.movement.charts import pool_flow_chart
from retention.segments.movement.flows import PoolEnds, pool_movement
from retention.segments.movement.lists import NOBODY, value_of
from retention.segments.movement.period import Period, PeriodForm, usual_periods
from retention.segments.overview.charts import link
from retention.segments.overview.words import customers_url, pool_label
from tenants.people.permissions import require


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
            "pools": [_pool_row(one, form.period) for one in movement.pools],
            "entries": [_entry_row(one, form.period) for one in movement.entries],
        }
    return render(request, "movement/flows.html", context)


def _pool_row(ends: PoolEnds, period: Period) -> dict[str, Any]:
    first, last, pool = period.first, period.last, ends.pool.value
    return {
        "pool": ends.pool,
        "before": link(customers_url(moved=value_of(first, last, pool, "")), ends.before),
        "after": link(customers_url(moved=value_of(first, last, "", pool)), ends.after),
        "change": ends.after - ends.before,
        "value": ends.value,
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
