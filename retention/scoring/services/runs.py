"""Ask for runs and carry them out: any number of workers may advance one run, and any of them may die.

The row decides. A run is prepared under a lock on its row, each shard is scored under a lock on the shard's, and the
run is put in force under a lock on its row again; a lock ends with its holder's connection. So after a kill whoever
advances the run next takes up what is left, and the result is that of an undisturbed run.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.common.progress import no_progress
from retention.customers.selectors.state_sql import IdRange
from retention.scoring.enums import RunKind, RunStatus, ShardStatus
from retention.scoring.frames.frame import Frame
from retention.scoring.models import ScoreRun, ScoreShard
from retention.scoring.services.accounts import score_accounts
from retention.scoring.services.after_run import run_acts
from retention.scoring.services.finish import finish, prune
from retention.scoring.services.plan import Plan, moment_of
from retention.scoring.services.prepare import prepare
from retention.scoring.services.shards import score_shard
from tenants.context import current_tenant, thinking
from tenants.governance.services.audit import record_act
from tenants.people.models import User
from tenants.services.statistics import refresh_statistics

MOST_ATTEMPTS = 5
"""A shard that fails or kills its worker this often fails its run."""
MANY = 1_000
"""Scores from which on the planner is told of them: lists and segments read them next."""
SCORE_TABLES = ("scoring_accountscore", "scoring_customerscore", "scoring_poolspell", "scoring_scorehistory")
Clock = Callable[[], datetime]
Report = Callable[[int, int], None]


def request_run(
    *,
    as_of: date,
    now: datetime,
    known_at: datetime | None = None,
    policy_at: datetime | None = None,
    actor: Any = None,
    scheduled: bool = False,
    kind: RunKind = RunKind.FULL,
) -> ScoreRun:
    """A queued run; carry it out with `advance`, here or in workers.

    Asked for as a refresh, it becomes a full run where that is due; its page says why.
    """
    return ScoreRun.objects.create(
        as_of=as_of,
        kind=kind,
        known_at=known_at,
        policy_at=policy_at,
        requested_by=actor,
        requested_at=now,
        scheduled=scheduled,
    )


def advance(
    run_id: int, *, clock: Clock, progress: Report = no_progress, on_prepared: Callable[[int], None] | None = None
) -> ScoreRun:
    """Take `run_id` as far as this process can: to its end, unless other workers hold its last shards.

    `on_prepared` is told the number of shards once they can be worked on: the moment to wake helpers.
    Raises DomainError when it can't be done; the run is then *failed* and says why.
    """
    _advance(run_id, clock, progress, on_prepared, math.inf)
    return ScoreRun.objects.get(pk=run_id)


def advance_for(
    run_id: int, *, seconds: float, clock: Clock, on_prepared: Callable[[int], None] | None = None
) -> bool:
    """Like `advance`, but leave off after about `seconds` of scoring; True when there may be more to do.

    A worker that takes a run up like this gives other tenants' runs their turn.
    """
    return _advance(run_id, clock, no_progress, on_prepared, seconds)


def _advance(
    run_id: int, clock: Clock, progress: Report, on_prepared: Callable[[int], None] | None, seconds: float
) -> bool:
    states = _prepare(run_id, clock, progress)
    if states and on_prepared is not None:
        on_prepared(len(states))
    end = time.monotonic() + seconds
    try:
        while _next_shard(run_id, states, progress):
            if time.monotonic() >= end and _waiting(run_id):
                return True
    except DomainError as error:
        _fail(run_id, error.message, clock())
        raise
    _finish(run_id, clock)
    return False


def _waiting(run_id: int) -> bool:
    return ScoreShard.objects.filter(run=run_id, status=ShardStatus.WAITING).exists()


def stop_run(run_id: int, *, actor: User, now: datetime) -> None:
    """End an unfinished run; what it has scored is never in force, and the scores in force stay as they are.

    Raises DomainError when it has ended already, or is being prepared or put in force at this moment.
    """
    with transaction.atomic():
        unfinished = ScoreRun.objects.filter(pk=run_id, status__in=[RunStatus.QUEUED, RunStatus.RUNNING])
        run = unfinished.select_for_update(skip_locked=True, of=("self",)).first()
        if run is None and unfinished.exists():
            raise DomainError(
                "run_is_held",
                _("A worker is preparing this run or putting it in force."),
                mend=_("Try again in a moment."),
            )
        if run is None:
            raise DomainError("run_has_ended", _("This run has ended already."), mend=_("Look at the list of runs."))
        run.status, run.finished_at = RunStatus.STOPPED, now
        run.save(update_fields=["status", "finished_at"])
        record_act(actor=actor, action="run.stopped", target=f"run:{run.public_id}", detail={}, at=now)


def _prepare(run_id: int, clock: Clock, progress: Report) -> dict[int, Frame]:
    try:
        with transaction.atomic(), thinking():
            run = _locked(run_id, RunStatus.QUEUED)
            if run is None:
                return {}
            run.started_at = clock()
            run.save(update_fields=["started_at"])
            return prepare(run, moment_of(run, current_tenant().timezone), progress)
    except DomainError as error:
        _fail(run_id, error.message, clock())
        raise


def _locked(run_id: int, status: RunStatus) -> ScoreRun | None:
    rows = ScoreRun.objects.select_for_update(skip_locked=True, of=("self",))
    return rows.filter(pk=run_id, status=status).first()


def _next_shard(run_id: int, states: dict[int, Frame], progress: Report) -> bool:
    """Score one waiting shard that nobody holds; False when there is none left for us."""
    run = ScoreRun.objects.filter(pk=run_id, status=RunStatus.RUNNING).first()
    if run is None:
        return False
    shard_id = _claim(run)
    if shard_id is None:
        return False
    with transaction.atomic(), thinking():
        shard = _hold(shard_id)
        if shard is None:
            return True
        result = score_shard(
            run,
            Plan.of(run),
            moment_of(run, current_tenant().timezone),
            IdRange(shard.low, shard.high),
            states.pop(shard.number, None),
        )
        shard.customers, shard.digest, shard.summary = result.customers, result.digest, result.summary
        shard.status = ShardStatus.DONE
        shard.save(update_fields=["customers", "digest", "summary", "status"])
    progress(run.pieces.filter(status=ShardStatus.DONE).count(), run.shards)
    return True


def _claim(run: ScoreRun) -> int | None:
    """Count an attempt at a waiting shard, so that one that kills its workers is given up in the end."""
    with transaction.atomic():
        waiting = run.pieces.select_for_update(skip_locked=True, of=("self",)).filter(status=ShardStatus.WAITING)
        shard = waiting.order_by("attempts", "number").first()
        if shard is None:
            return None
        if shard.attempts >= MOST_ATTEMPTS:
            raise DomainError(
                "shard_fails",
                f"Part {shard.number + 1} of {run.shards} failed {shard.attempts} times.",
                mend="See the worker's log for the reason, then start a new run.",
            )
        ScoreShard.objects.filter(pk=shard.pk).update(attempts=F("attempts") + 1)
        return shard.pk


def _hold(shard_id: int) -> ScoreShard | None:
    # The shard's row alone: the default order joins the run, and holding the run's row too would turn all others away.
    rows = ScoreShard.objects.select_for_update(skip_locked=True, of=("self",))
    return rows.filter(pk=shard_id, status=ShardStatus.WAITING).first()


def _finish(run_id: int, clock: Clock) -> None:
    with transaction.atomic(), thinking():
        run = _locked(run_id, RunStatus.RUNNING)
        if run is None or run.pieces.exclude(status=ShardStatus.DONE).exists():
            return
        plan = Plan.of(run)
        moment = moment_of(run, current_tenant().timezone)
        score_accounts(run, plan, moment)
        finish(run, plan, moment, now=clock())
    prune(run, plan)
    if run.kind == RunKind.FULL and run.customers >= MANY:
        refresh_statistics(SCORE_TABLES)
    if run.is_current:
        run_acts(run)
    elif run.kind == RunKind.REFRESH and run.status == RunStatus.DONE:
        run_acts(ScoreRun.objects.get(is_current=True))  # the one that the refresh moved on


def _fail(run_id: int, message: str, now: datetime) -> None:
    ScoreRun.objects.filter(pk=run_id).exclude(status=RunStatus.DONE).update(
        status=RunStatus.FAILED, message=message, finished_at=now
    )


def wait_for(run_id: int, *, clock: Clock, seconds: float = 600, pause: float = 0.2) -> ScoreRun:
    """Advance `run_id` until it has ended, also while other workers hold parts of it."""
    for _attempt in range(int(seconds / pause)):
        run = advance(run_id, clock=clock)
        if run.status == RunStatus.STOPPED:
            raise DomainError("run_stopped", _("A person stopped this run."), mend=_("Start a new one."))
        if run.status not in (RunStatus.QUEUED, RunStatus.RUNNING):
            return run
        time.sleep(pause)
    raise DomainError("run_waits", "Other workers still hold parts of this run.", mend="Look again in a while.")
