"""The run in force: what pages, rules and lists read."""

from __future__ import annotations

from datetime import date

from retention.scoring.models import ScoreRun

CURRENT_RUN_SQL = "(SELECT id FROM scoring_scorerun WHERE is_current)"
"""For SQL written by hand: ``JOIN scoring_customerscore s ON s.customer_id = c.id AND s.run_id = …``."""


def current_run() -> ScoreRun | None:
    """The run in force, or None before the first one is done."""
    return ScoreRun.objects.filter(is_current=True).first()


def run_of(as_of: date) -> ScoreRun | None:
    """The newest finished run with scores as of that very day, without a limit to what was known."""
    done = ScoreRun.objects.filter(as_of=as_of, known_at=None, status="done", kind="full")
    return done.order_by("-id").first()
