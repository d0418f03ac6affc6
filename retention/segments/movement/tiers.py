"""Movement between value tiers over a period: the figures of the page and of the API."""

from __future__ import annotations

from dataclasses import dataclass

from retention.scoring.enums import Tier
from retention.scoring.models import ScoreRun
from retention.scoring.selectors.tiers import TierMove, tier_moves
from retention.segments.movement.period import Period
from tenants import cache

KEPT_SECONDS = 3600
KEY = tuple(tier.value for tier in Tier if tier.value.startswith("key_"))
PLACES = (*Tier.values, "")
"""Rows and columns of the matrix; the last is: no tier."""


@dataclass(frozen=True)
class TierMovement:
    """Who moved between tiers in a period."""

    period: Period
    moves: tuple[TierMove, ...]

    @property
    def cells(self) -> dict[tuple[str, str], TierMove]:
        """The moves by their two tiers."""
        return {(move.before, move.after): move for move in self.moves}

    @property
    def stayed(self) -> int:
        """Customers in the same tier on both days."""
        return sum(move.customers for move in self.moves if move.before == move.after)

    @property
    def moved(self) -> int:
        """Customers with a tier on both days, and not the same."""
        return sum(move.customers for move in self.moves if move.before and move.after) - self.stayed

    @property
    def risen(self) -> int:
        """Customers who became key customers."""
        return sum(move.customers for move in self.moves if move.before not in KEY and move.after in KEY)

    @property
    def fallen(self) -> int:
        """Key customers who are none any more."""
        return sum(move.customers for move in self.moves if move.before in KEY and move.after not in KEY)


def tier_movement(run: ScoreRun, period: Period) -> TierMovement:
    """The movement in `period`; kept for an hour while `run` is in force."""
    key = f"{run.public_id}:{period.query}"
    kept: TierMovement | None = cache.get("tier-movement", key)
    if kept is None:
        kept = TierMovement(period, tuple(tier_moves(period.first, period.last)))
        cache.set("tier-movement", key, kept, seconds=KEPT_SECONDS)
    return kept
