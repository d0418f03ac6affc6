"""What the run in force measured of false churn: who came back, by kind of sign, with and without it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from retention.common import formats
from retention.scoring.enums import FalseChurn
from retention.scoring.models import CustomerScore, ScoreRun
from retention.scoring.science.returns import Came, Difference, stratified_difference

ANY, NONE = "any", "none"


@dataclass(frozen=True)
class GroupReturn:
    """A group's return over all pools, and against equally silent customers without any sign.

    `lacks` is filled, as (n, N), where there are too few to tell.
    """

    code: str
    came: Came
    difference: Difference | None
    lacks: tuple[int, int] | None


@dataclass(frozen=True)
class Returns:
    """What was measured."""

    days: int
    moments: tuple[date, ...]
    counts: dict[str, dict[str, Came]]
    least: int

    def group(self, code: str) -> GroupReturn:
        """One group: a kind, "any", or "none"."""
        by_pool = self.counts[code]
        came = sum(by_pool.values(), Came(0, 0))
        lacks = (came.n, self.least) if came.n < max(self.least, 1) else None
        pairs = [(by_pool[pool], self.counts[NONE][pool]) for pool in by_pool]
        difference = None if code == NONE or lacks else stratified_difference(pairs)
        return GroupReturn(code, came, difference, lacks)

    def of_those_like(self, kinds: list[str], pool: str) -> Came | None:
        """The return of the strongest of `kinds` in the same pool, else in all; None where all are too few."""
        told = [self.counts[kind].get(pool, Came(0, 0)) for kind in kinds]
        told = [came for came in told if came.n >= max(self.least, 1)]
        if not told:
            told = [group.came for kind in kinds if (group := self.group(kind)).lacks is None]
        return max(told, key=lambda came: came.share, default=None)


def returns_of(run: ScoreRun) -> Returns | None:
    """What `run` measured; None before it has."""
    kept: dict[str, Any] | None = run.summary.get("returns")
    if not kept:
        return None
    counts = {
        group: {pool: Came(*numbers) for pool, numbers in by_pool.items()} for group, by_pool in kept["counts"].items()
    }
    least = round(float(run.plan["rules"]["pools.returns_minimum"]))
    return Returns(kept["days"], tuple(date.fromisoformat(day) for day in kept["moments"]), counts, least)


def return_sentence(score: CustomerScore) -> str:
    """What became of customers like this one, who are silent and yet show a sign of life; "" where nothing is told."""
    found = returns_of(score.run) if score.false_churn else None
    if found is None:
        return ""
    kinds = score.false_churn.split(",")
    came = found.of_those_like(kinds, score.pool)
    if came is None:
        most = max(found.group(kind).came.n for kind in kinds)
        return _("How many like this come back can’t be told yet: too few (%(n)s of %(least)s).") % {
            "n": formats.number(most),
            "least": formats.number(found.least),
        }
    return _("Of %(n)s like this in the past, %(share)s came back within %(days)s.") % {
        "n": formats.number(came.n),
        "share": formats.share(came.share, 0),
        "days": formats.days(found.days),
    }


def group_label(code: str) -> str:
    """The group's name on screen."""
    if code == ANY:
        return _("Any of these")
    return _("None of these") if code == NONE else str(FalseChurn(code).label)
