"""Put a finished run in force: in one transaction, so that nobody ever reads half of it."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from retention.scoring.enums import RunStatus
from retention.scoring.models import ScoreRun
from retention.scoring.moment import Moment
from retention.scoring.selectors.flows import flow_matrix
from retention.scoring.selectors.trends import trends
from retention.scoring.services.flows import books_kept
from retention.scoring.services.plan import Plan
from retention.scoring.services.prepare import fingerprint
from retention.scoring.services.trend_books import carry_trends, unseen_since

FLOW_DAYS = 28
"""The flows kept ready for the dashboard are those of four weeks."""


def finish(run: ScoreRun, plan: Plan, moment: Moment, *, now: datetime) -> None:
    """Add up the shards, move the pools on, write the trail, and put `run` in force if it is the newest."""
    shards = list(run.pieces.order_by("number").values("digest", "summary", "customers"))
    run.fingerprint = fingerprint(run, run.plan, [shard["digest"] for shard in shards])
    run.summary = {**run.summary, **_added([shard["summary"] for shard in shards])}
    run.summary.pop("prepared", None)
    run.summary["seconds"] = round(time.time() - run.summary.pop("began"), 3)
    run.customers = sum(shard["customers"] for shard in shards)
    run.status, run.finished_at = RunStatus.DONE, now
    with transaction.atomic():
        advances = plan.advances and _still_newest(run, plan)
        if advances:
            first, since = plan.previous is None, unseen_since(run, plan)
            with books_kept(run, anew=first, gone_after=plan.rules.whole("pools.gone_after_days")):
                _apply_moves(run, first=first)
                _write_history(run)
            run.summary["flows"] = flow_matrix(run.as_of - timedelta(days=FLOW_DAYS), run.as_of)
            carry_trends(moment, plan.log_ins, since)
            run.summary["trends"] = trends(moment, plan.rules)
            ScoreRun.objects.filter(is_current=True).update(is_current=False)
        run.is_current = advances
        run.save(update_fields=["fingerprint", "summary", "customers", "status", "finished_at", "is_current"])
        run.pieces.update(summary={})
        _execute("DELETE FROM scoring_poolmove WHERE run_id = %(run)s", run)
        _execute("DELETE FROM scoring_cardmember WHERE run_id = %(run)s", run)


def prune(run: ScoreRun, plan: Plan) -> None:
    """Drop the rows of runs beyond those kept, and whatever runs that never ended left behind."""
    kept = plan.rules.whole("runs.kept")
    past = ScoreRun.objects.filter(status=RunStatus.DONE, is_current=False).exclude(pk=run.pk)
    newest = list(past.order_by("-id").values_list("pk", flat=True)[:kept])
    old = ScoreRun.objects.exclude(pk__in=[*newest, run.pk]).filter(is_current=False)
    old = old.filter(status__in=[RunStatus.DONE, RunStatus.FAILED, RunStatus.REPLACED, RunStatus.STOPPED])
    stale = list(old.values_list("pk", flat=True))
    for key in stale:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM scoring_customerscore WHERE run_id = %s", [key])
            cursor.execute("DELETE FROM scoring_accountscore WHERE run_id = %s", [key])
            cursor.execute("DELETE FROM scoring_poolmove WHERE run_id = %s", [key])
            cursor.execute("DELETE FROM scoring_cardmember WHERE run_id = %s", [key])
            cursor.execute("DELETE FROM scoring_scoreshard WHERE run_id = %s", [key])


def _still_newest(run: ScoreRun, plan: Plan) -> bool:
    """False when another run came into force since this one was planned: its pools no longer fit."""
    current = ScoreRun.objects.filter(is_current=True).first()
    if current is None:
        return plan.previous is None
    if plan.previous is None:
        return current.as_of <= run.as_of and current.pk < run.pk
    return current.pk == plan.previous.run


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


def _added(summaries: list[dict[str, Any]]) -> dict[str, Any]:
    """Shards' counts and sums, added up part by part."""
    total: dict[str, Any] = {}
    for summary in summaries:
        for name, part in summary.items():
            if isinstance(part, dict):
                so_far = total.get(name, {})
                total[name] = {key: so_far.get(key, 0) + value for key, value in part.items()}
            else:
                total[name] = total.get(name, 0) + part
    return total
