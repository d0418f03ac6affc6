"""Scores of a day as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from retention.common.errors import DomainError
from retention.scoring.explain import explain, why_text
from retention.scoring.models import CustomerScore, ScoreRun
from retention.scoring.selectors.current import only_what_if, run_of
from retention.scoring.selectors.value_ahead import ValuesAhead

AHEAD = ("clv_low", "clv_high", "subscription_value", "subscription_low", "subscription_high")
"""Computed while the file is written."""
COLUMNS = (
    "external_id",
    "frequency",
    "recency",
    "T",
    "monetary_value",
    "p_alive",
    "expected_90d",
    "clv",
    "churn_probability",
    "pool",
    "why",
    *AHEAD,
)
PLACES = 6
CHUNK = 2000


def finished_run(as_of: date) -> ScoreRun:
    """The newest finished run of that very day; raises DomainError when there is none."""
    run = run_of(as_of)
    if run is None or run.fingerprint == "":
        why = " but those of a what-if (--known-at or --policy-at), which no file is made of"
        raise DomainError(
            "no_scores",
            f"There are no scores as of {as_of:%Y-%m-%d}{why if only_what_if(as_of) else ''}.",
            mend=f"Run score with --as-of {as_of:%Y-%m-%d} first.",
        )
    return run


def score_rows(run: ScoreRun) -> Iterator[tuple[Any, ...]]:
    """A row of COLUMNS per customer, by customer id. Recency and T are in the model's time unit; empty: not known."""
    scores = run.scores.select_related("customer", "category").order_by("customer__external_id")
    ahead = ValuesAhead(run)
    for chunk in _pieces(scores.iterator(chunk_size=CHUNK)):
        ahead.attach(chunk)
        yield from map(_row, chunk)


def _row(score: CustomerScore) -> tuple[Any, ...]:
    category = "" if score.category is None else str(score.category)
    return (
        score.customer.external_id,
        score.frequency,
        _rounded(score.recency),
        _rounded(score.t),
        _rounded(score.monetary_value),
        _rounded(score.p_alive),
        _rounded(score.expected_90d),
        _rounded(score.clv),
        _rounded(score.churn_probability),
        score.pool,
        why_text(explain(score, category)),
        *(_rounded(getattr(score, name)) for name in AHEAD),
    )


def _pieces(scores: Iterable[CustomerScore]) -> Iterator[list[CustomerScore]]:
    source = iter(scores)
    while piece := list(islice(source, CHUNK)):
        yield piece


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, PLACES)
