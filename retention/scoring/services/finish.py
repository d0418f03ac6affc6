"""Put a finished run in force: in one transaction, so that nobody ever reads half of it."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta

from django.db import connection, transaction

from retention.common.whole_tables import reading_whole_tables
from retention.scoring.enums import RunKind, RunStatus
from retention.scoring.models import ScoreRun, ScoreShard
from retention.scoring.moment import Moment
from retention.scoring.selectors.flows import flow_counts
from retention.scoring.selectors.trends import trends
from retention.scoring.services.flows import books_kept
from retention.scoring.services.paid_terms import forget_paid_terms
from retention.scoring.services.plan import Plan
from retention.scoring.services.prepare import fingerprint
from retention.scoring.services.refresh import move_on
from retention.scoring.services.summary import SUMMED, added
from retention.scoring.services.trend_books import carry_trends, unseen_since

DROPPED = (
    "scoring_customerscore",
    "scoring_accountscore",
    "scoring_poolmove",
    "scoring_restated",
    "scoring_paidterms",
    "scoring_cardmember",
    "scoring_scoreshard",
)
"""What is dropped of a run beyond those kept."""
FLOW_DAYS = 28
"""The flows kept ready for the dashboard are those of four weeks."""


def finish(run: ScoreRun, plan: Plan, moment: Moment, *, now: datetime) -> None:
    """Add up the shards, move the pools on, write the trail, and put `run` in force if it is the newest.

    A refresh moves the run in force on in place of taking its place; where that is another one by now, it is dropped.
    """
    shards = list(run.pieces.order_by("number").values("digest", "summary", "customers"))
    run.summary.pop("prepared", None)
    run.summary["seconds"] = round(time.time() - run.summary.pop("began"), 3)
    run.status, run.finished_at = RunStatus.DONE, now
    with transaction.atomic():
        current = ScoreRun.objects.select_for_update(of=("self",)).filter(is_current=True).first()
        advances = plan.advances and _still_newest(run, plan, current)
        moved = current if run.kind == RunKind.REFRESH and advances else None
        run.fingerprint = fingerprint(run, run.plan, [shard["digest"] for shard in shards])
        so_far = [] if moved is None else [{name: moved.summary[name] for name in SUMMED}]
        run.summary = {**run.summary, **added([*so_far, *(shard["summary"] for shard in shards)])}
        run.customers = sum(shard["customers"] for shard in shards)
        if advances:
            first, since = plan.previous is None, unseen_since(run, plan)
            with books_kept(run, anew=first, gone_after=plan.rules.whole("pools.gone_after_days")):
                _apply_moves(run, first=first)
                with _planned(run):
                    _write_history(run)
            with reading_whole_tables():
                run.summary["flows"] = flow_counts(run.as_of - timedelta(days=FLOW_DAYS), run.as_of)
            carry_trends(moment, plan.log_ins, since)
            run.summary["trends"] = trends(moment, plan.rules)
        if moved is not None:
            move_on(run, moved, now=now)
        elif run.kind == RunKind.REFRESH:
            run.status = RunStatus.REPLACED
        elif advances and current is not None:
            current.is_current = False
            current.save(update_fields=["is_current"])
            forget_paid_terms(current)
        run.is_current = advances and run.kind == RunKind.FULL
        if not advances:
            forget_paid_terms(run)
        run.save(update_fields=["fingerprint", "summary", "customers", "status", "finished_at", "is_current"])
        run.pieces.update(summary={})
        _execute("DELETE FROM scoring_poolmove WHERE run_id = %(run)s", run)
        _execute("DELETE FROM scoring_cardmember WHERE run_id = %(run)s", run)


def prune(run: ScoreRun, plan: Plan) -> None:
    """Drop the rows of runs beyond those kept, and whatever runs that never ended left behind."""
    kept = plan.rules.whole("runs.kept")
    past = ScoreRun.objects.filter(status=RunStatus.DONE, is_current=False, kind=RunKind.FULL).exclude(pk=run.pk)
    newest = list(past.order_by("-id").values_list("pk", flat=True)[:kept])
    old = ScoreRun.objects.exclude(pk__in=[*newest, run.pk]).filter(is_current=False)
    old = old.filter(status__in=[RunStatus.DONE, RunStatus.FAILED, RunStatus.REPLACED, RunStatus.STOPPED])
    # The shards go last: a run without any has been dropped before, or has never written a row.
    for key in ScoreShard.objects.filter(run__in=old).order_by("run").values_list("run", flat=True).distinct():
        with connection.cursor() as cursor:
            for table in DROPPED:
                cursor.execute(f"DELETE FROM {table} WHERE run_id = %s", [key])


def _still_newest(run: ScoreRun, plan: Plan, current: ScoreRun | None) -> bool:
    """False when another run came into force since this one was planned, or that one was moved on: its pools no longer
    fit."""
    if current is None:
        return plan.previous is None
    if plan.previous is None:
        return current.as_of <= run.as_of and current.pk < run.pk
    return current.pk == plan.previous.run and current.fingerprint == (
        plan.previous.fingerprint or current.fingerprint
    )


def _apply_moves(run: ScoreRun, *, first: bool) -> None:
    if first:
        _execute("DELETE FROM scoring_poolspell", run)
    else:
        _execute(
            """DELETE FROM scoring_poolspell s USING scoring_poolmove m
            WHERE m.run_id = %(run)s AND m.pool = '' AND s.customer_id = m.customer""",
            run,
        )
        _execute(
            """UPDATE scoring_poolspell s SET left_on = m.entered_on
            FROM (SELECT customer, min(entered_on) AS entered_on FROM scoring_poolmove
                  WHERE run_id = %(run)s AND pool <> '' GROUP BY customer) m
            WHERE s.customer_id = m.customer AND s.left_on IS NULL""",
            run,
        )
    _execute(
        """INSERT INTO scoring_poolspell (customer_id, pool, entered_on, left_on, reason, came_from)
        SELECT customer, pool, entered_on, left_on, reason, came_from FROM scoring_poolmove
        WHERE run_id = %(run)s AND pool <> '' ORDER BY customer, entered_on""",
        run,
    )


def _planned(run: ScoreRun) -> AbstractContextManager[None]:
    """A full run compares everybody with the run before. The planner, who can't know of the rows that its shards have
    just written, would look each of them up by an index, which takes eight times as long."""
    if run.kind == RunKind.REFRESH:
        return nullcontext()
    return reading_whole_tables(enable_nestloop="off", enable_indexscan="off")


def _write_history(run: ScoreRun) -> None:
    """A row for everybody in whom something changed since their latest one."""
    _execute(
        """INSERT INTO scoring_scorehistory (customer_id, as_of, pool, stage, tier, health, health_band)
        SELECT s.customer_id, s.as_of, s.pool, s.stage, s.tier, s.health, s.health_band
        FROM scoring_customerscore s
        LEFT JOIN scoring_customerscore b ON b.customer_id = s.customer_id
             AND b.run_id = (SELECT id FROM scoring_scorerun WHERE is_current)
        WHERE s.run_id = %(run)s
          AND (b.customer_id IS NULL
               OR (s.pool, s.stage, s.tier, s.health_band) IS DISTINCT FROM (b.pool, b.stage, b.tier, b.health_band))
        ON CONFLICT (customer_id, as_of) DO UPDATE SET pool = EXCLUDED.pool, stage = EXCLUDED.stage,
            tier = EXCLUDED.tier, health = EXCLUDED.health, health_band = EXCLUDED.health_band""",
        run,
    )


def _execute(sql: str, run: ScoreRun) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"run": run.pk})
