"""P15: cohort and pool charts from the books that each run carries on, against counting distinct customers.

Both sides read the same figures, asserted equal first: customers in each pool on each of 28 days, and for each joining
month the customers who bought in each month since. `first_run_seconds` and `next_run_seconds` say what keeping the
books costs within a run: the first counts everything, the next a day.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

from bench.database import VOID_ABOVE_MS, bench_database, commit_ms, make_tenant
from bench.scoring import AS_OF, load_base, score_base

DAYS, MONTHS = 28, 13
NAIVE_POOLS = """
    SELECT d.day::date, p.pool, p.customers
    FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, '1 day') AS d (day)
    CROSS JOIN LATERAL (
        SELECT s.pool, count(DISTINCT s.customer_id) AS customers FROM scoring_poolspell s
        WHERE s.entered_on <= d.day::date AND (s.left_on IS NULL OR s.left_on > d.day::date) GROUP BY s.pool
    ) p
    """
NAIVE_COHORTS = """
    SELECT date_trunc('month', f.day::timestamp)::date, date_trunc('month', o.ordered_on::timestamp)::date,
           count(DISTINCT o.customer_id)
    FROM customers_order o
    JOIN (SELECT customer_id, min(ordered_on) AS day FROM customers_order
          WHERE superseded_at IS NULL AND NOT withdrawn AND status = 'paid' GROUP BY 1) f USING (customer_id)
    WHERE o.superseded_at IS NULL AND NOT o.withdrawn AND o.status = 'paid'
      AND f.day >= %(since)s AND o.ordered_on >= %(since)s AND o.ordered_on < %(until)s
    GROUP BY 1, 2
    """


def run() -> dict[str, Any]:
    """``{"P15": {"pools": {…}, "cohorts": {…}, …}}`` on the largest of the sizes."""
    size = max(int(size) for size in os.environ.get("STAY_BENCH_SIZES", "1000000").split(","))
    with bench_database():
        logging.disable(logging.INFO)
        from tenants.context import statements_of, use_tenant

        with use_tenant(make_tenant("trends")), statements_of(seconds=0):
            load_base(size)
            before = commit_ms()
            found = {**_runs(), **_reads()}
            after = commit_ms()
    return {
        "P15": {**found, "customers": size, "commit_ms": [before, after], "void": max(before, after) > VOID_ABOVE_MS}
    }


def _runs() -> dict[str, float]:
    from retention.scoring.services import finish

    taken = []
    carry, ask = finish.carry_trends, finish.unseen_since

    def timed(act: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            begin = time.perf_counter()
            result = act(*args)
            taken[-1] += time.perf_counter() - begin
            return result

        return call

    with (
        patch("retention.scoring.services.runs.run_acts"),
        patch.object(finish, "carry_trends", timed(carry)),
        patch.object(finish, "unseen_since", timed(ask)),
    ):
        for as_of in (AS_OF - timedelta(days=1), AS_OF):
            taken.append(0.0)
            with patch("bench.scoring.AS_OF", as_of):
                score_base()
    first, following = (round(seconds, 2) for seconds in taken)
    return {"first_run_seconds": first, "next_run_seconds": following}


def _reads() -> dict[str, Any]:
    from bench.reads import ask, median_ms
    from retention.scoring.selectors.trend_lines import cohort_cells, day_counts
    from retention.scoring.selectors.trends import month_starts

    first = AS_OF - timedelta(days=DAYS - 1)
    starts = month_starts(AS_OF, MONTHS)
    days = {"first": first, "last": AS_OF}
    months = {"since": starts[0], "until": starts[-1]}
    begin = time.perf_counter()
    pools = {(day, pool): count for day, pool, count in ask(NAIVE_POOLS, days)}
    middle = time.perf_counter()
    bought = {(cohort, month): count for cohort, month, count in ask(NAIVE_COHORTS, months)}
    end = time.perf_counter()
    assert pools == _pools(first) and pools
    assert bought == {(c.cohort, c.month): c.buyers for c in cohort_cells(AS_OF, MONTHS) if c.buyers} and bought
    return {
        "pools": {"kept_ms": median_ms(lambda: day_counts(first, AS_OF)), "naive_ms": _ms(middle - begin)},
        "cohorts": {"kept_ms": median_ms(lambda: cohort_cells(AS_OF, MONTHS)), "naive_ms": _ms(end - middle)},
    }


def _pools(first: date) -> dict[tuple[date, str], int]:
    from retention.scoring.selectors.trend_lines import day_counts

    held = {}
    for one in day_counts(first, AS_OF):
        # The naive side knows silence alone: who is gone for good is in the pool below, in this base always *lost*.
        pools = {**one.pools, "lost": one.pools["lost"] + one.pools["gone"], "gone": 0}
        held.update({(one.day, pool): count for pool, count in pools.items() if count})
    return held


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
