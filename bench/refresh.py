"""P6: a night's refresh when one customer in a hundred was active, against a full run of the same tenant.

A base is scored in full as of one day. On each day after it one in a hundred buys; then the day is refreshed, and
scored in full, on which the refresh of the following day builds. What is equal is asserted first: pools, stages, tiers
and spells of everybody and every column of those restated, against a full run on the same plan. What floors above do
afterwards (segments, monitors) is no part of it.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from bench.database import VOID_ABOVE_MS, bench_database, commit_ms, make_tenant
from bench.scoring import AS_OF, NOW, load_base

ACTIVE_STEP = 100
ROUNDS = 3
LATER = NOW + timedelta(hours=3)
"""Runs are carried out so long after the profiles were written: else all of them would be news."""
STANDING = "customer_id, pool, stage, tier, r_score, f_score, m_score, high_value, false_churn, health_cap"
SCORES = f"SELECT {STANDING} FROM scoring_customerscore WHERE run_id = %(run)s ORDER BY customer_id"
RESTATED = """
    SELECT to_jsonb(s) - 'run_id' FROM scoring_customerscore s
    WHERE run_id = %(run)s AND customer_id = ANY(%(ids)s) ORDER BY customer_id
    """
SPELLS = "SELECT customer_id, pool, entered_on, left_on, reason FROM scoring_poolspell ORDER BY 1, 3"


def run() -> dict[str, Any]:
    """``{"P6": {"100000": {…}, "1000000": {…}}}``."""
    sizes = [int(size) for size in os.environ.get("STAY_BENCH_SIZES", "100000,1000000").split(",")]
    with bench_database(), patch("retention.scoring.services.runs.run_acts"):
        return {"P6": {str(size): _measure(size) for size in sizes}}


def _measure(size: int) -> dict[str, Any]:
    from tenants.context import statements_of, use_tenant

    with use_tenant(make_tenant(f"daily{size}")), statements_of(seconds=0):
        load_base(size)
        cold = _seconds(AS_OF, "full")
        base = [_seconds(AS_OF, "full") for _ in range(2)][-1]
        _one_in_a_hundred_buys(1)
        before = commit_ms()
        restated = _assert_equal()
        rounds = []
        for number in range(1, ROUNDS + 1):
            day = AS_OF + timedelta(days=number)
            if number > 1:
                _one_in_a_hundred_buys(number)
            rounds.append((_seconds(day, "refresh"), _seconds(day, "full")))
        after = commit_ms()
    refreshes, fulls = [one for one, _ in rounds], [other for _, other in rounds]
    shares = sorted(one / other for one, other in rounds)
    return {
        "active": size // ACTIVE_STEP,
        "restated": restated,
        "refresh_seconds": _spread(refreshes),
        "full_seconds": {**_spread(fulls), "cold": round(cold, 2), "day_before": round(base, 2)},
        "share": round(statistics.median(refreshes) / statistics.median(fulls), 4),
        "share_range": [round(shares[0], 4), round(shares[-1], 4)],
        "rounds": ROUNDS,
        "commit_ms": [before, after],
        "void": max(before, after) > VOID_ABOVE_MS,
    }


def _spread(seconds: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(seconds), 2),
        "fastest": round(min(seconds), 2),
        "slowest": round(max(seconds), 2),
    }


def _one_in_a_hundred_buys(number: int) -> None:
    """An order of one line on that day after the base's, taken in as facts are: with the buyers' states."""
    from django.db import connection

    from retention.common.ids import UUID7_SQL
    from retention.customers.services.state import refresh_states

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_order (public_id, external_id, customer_id, ordered_at, ordered_on, amount, digest,"
            f" recorded_at) SELECT {UUID7_SQL}, %(name)s || id, id, %(at)s, %(day)s, 25, '', %(at)s"
            " FROM customers_customer WHERE id %% %(step)s = %(number)s RETURNING customer_id",
            {
                "name": f"new-{number}-",
                "at": LATER,
                "day": AS_OF + timedelta(days=number),
                "step": ACTIVE_STEP,
                "number": number,
            },
        )
        buyers = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "INSERT INTO customers_orderline (order_id, ordinal, amount) SELECT id, 0, amount FROM customers_order"
            " WHERE external_id LIKE %s",
            [f"new-{number}-%"],
        )
    refresh_states(buyers)


def _seconds(day: Any, kind: str) -> float:
    from retention.scoring.models import ScoreRun
    from retention.scoring.services.runs import advance

    asked = ScoreRun.objects.create(as_of=day, requested_at=NOW, kind=kind)
    begin = time.perf_counter()
    done = advance(asked.pk, clock=lambda: LATER)
    taken = time.perf_counter() - begin
    assert (done.status, done.kind) == ("done", kind), (done.message, done.summary.get("why"))
    return taken


@contextmanager
def _put_back() -> Iterator[None]:
    """What is done inside is undone at the end, so that each round begins with the day before."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _assert_equal() -> int:
    """How many a refresh restates, once it has been found equal to a full run on the same plan."""
    from retention.scoring.models import ScoreRun, ScoreShard
    from retention.scoring.services.runs import advance

    with _put_back():
        _seconds(AS_OF + timedelta(days=1), "refresh")
        base = ScoreRun.objects.get(is_current=True)
        new = "SELECT customer_id FROM scoring_customerscore WHERE run_id = %(run)s AND as_of = %(day)s ORDER BY 1"
        ids = [row[0] for row in _ask(new, {"run": base.pk, "day": base.as_of})]
        mine = _ask(SCORES, {"run": base.pk}), _ask(RESTATED, {"run": base.pk, "ids": ids}), _ask(SPELLS)
        plan = {**base.plan, "previous": None, "advances": True}
        anew = ScoreRun.objects.create(
            as_of=base.as_of, requested_at=NOW, status="running", plan=plan, shards=1, summary={"began": time.time()}
        )
        ScoreShard.objects.create(run=anew, number=0, low=0, high=2**62)
        advance(anew.pk, clock=lambda: LATER)
        theirs = _ask(SCORES, {"run": anew.pk}), _ask(RESTATED, {"run": anew.pk, "ids": ids}), _ask(SPELLS)
        assert mine == theirs
    return len(ids)


def _ask(query: str, params: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()
