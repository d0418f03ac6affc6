"""The run in force: what pages, rules and lists read."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from retention.scoring.models import ScoreRun

CURRENT_RUN_SQL = "(SELECT id FROM scoring_scorerun WHERE is_current)"
"""For SQL written by hand: ``JOIN scoring_customerscore s ON s.customer_id = c.id AND s.run_id = …``."""


def current_run() -> ScoreRun | None:
    """The run in force, or None before the first one is done."""
    return ScoreRun.objects.filter(is_current=True).first()


def unchecked_run() -> ScoreRun | None:
    """The run in force, where none of its models has had its forecast checked; None where one has, or it has none."""
    run = current_run()
    if run is None or not run.models.exists() or run.models.exclude(holdout={}).exists():
        return None
    return run


def run_of(as_of: date) -> ScoreRun | None:
    """The newest finished run with scores as of that very day, by all that was known and the policies in force."""
    return _done(as_of).filter(known_at=None, policy_at=None).order_by("-id").first()


def only_what_if(as_of: date) -> bool:
    """Whether all that was scored as of that very day is a what-if: by other knowledge or by other policies."""
    return run_of(as_of) is None and _done(as_of).exists()


def _done(as_of: date) -> QuerySet[ScoreRun]:
    return ScoreRun.objects.filter(as_of=as_of, status="done", kind="full")
