"""How far the runs are that have not ended, and how long they will still take."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from retention.scoring.enums import RunStatus, ShardStatus
from retention.scoring.models import ScoreRun

MINUTE = 60


@dataclass(frozen=True)
class Running:
    """An unfinished run; `left` says in words how long it will still take, empty while nothing tells."""

    run: ScoreRun
    left: str


def running_runs(*, at: float) -> list[Running]:
    """Runs that have not ended, oldest first; `at` is the machine's own time, in seconds."""
    unfinished = ScoreRun.objects.filter(status__in=[RunStatus.QUEUED, RunStatus.RUNNING])
    return [Running(run, left_words(seconds_left(run, at=at))) for run in unfinished.order_by("id")]


def seconds_left(run: ScoreRun, *, at: float) -> float | None:
    """At the pace of the shards so far; before the first is done, by what the latest of its kind took; else None."""
    done = run.pieces.filter(status=ShardStatus.DONE).count() if run.shards else 0
    if done and "prepared" in run.summary:
        return (at - run.summary["prepared"]) * (run.shards - done) / done
    latest = ScoreRun.objects.filter(status=RunStatus.DONE, kind=run.kind).order_by("-id").first()
    if latest is None or latest.seconds is None:
        return None
    return max(latest.seconds - (at - run.summary.get("began", at)), 0.0)


def left_words(seconds: float | None) -> str:
    """In whole minutes, rounded up."""
    if seconds is None:
        return ""
    if seconds < MINUTE:
        return _("less than a minute left")
    minutes = -int(-seconds // MINUTE)
    return ngettext("about %(count)s minute left", "about %(count)s minutes left", minutes) % {"count": minutes}
