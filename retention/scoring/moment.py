"""The moment that everything is computed as of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from retention.common.clock import end_of_day
from retention.customers.selectors.state_sql import in_force

EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01: how days are counted in arrays."""
    return (day - EPOCH).days


def whose(alias: str, *, named: bool) -> str:
    """The condition that a row of `alias` belongs to the customers in `ids`, or from `low` up to below `high`."""
    if named:
        return f"{alias}.customer_id = ANY(%(ids)s)"
    return f"{alias}.customer_id >= %(low)s AND {alias}.customer_id < %(high)s"


@dataclass(frozen=True)
class Moment:
    """The end of a local day, and, for a past run, what could have been known at `known_at`."""

    as_of: date
    zone: str
    known_at: datetime | None = None
    named: bool = False
    """Whether the customers asked for are named one by one (a refresh) and not a range of keys (a shard)."""

    @property
    def day(self) -> int:
        """`as_of` as arrays count it."""
        return day_number(self.as_of)

    @property
    def ends_at(self) -> datetime:
        """The instant at which the day ends."""
        return end_of_day(self.as_of, self.zone)

    @property
    def params(self) -> dict[str, Any]:
        """What `orders` and `events` refer to."""
        return {"as_of": self.as_of, "ends_at": self.ends_at, "known_at": self.known_at}

    def whose(self, alias: str) -> str:
        """The condition that a row of `alias` belongs to the customers asked for."""
        return whose(alias, named=self.named)

    def orders(self, alias: str = "o") -> str:
        """The condition under which an order holds at this moment."""
        return f"{in_force(alias, known_at=self.known_at)} AND {alias}.ordered_on <= %(as_of)s"

    def purchases(self, alias: str = "o") -> str:
        """The same for an order that makes its day an order day: paid, no return, not wholly refunded."""
        return (
            f"{self.orders(alias)} AND {alias}.status = 'paid' AND {alias}.amount >= 0"
            f" AND NOT ({alias}.refunded > 0 AND {alias}.refunded >= {alias}.amount)"
        )

    def events(self, alias: str = "e") -> str:
        """The condition under which an event holds at this moment."""
        return f"{in_force(alias, known_at=self.known_at)} AND {alias}.occurred_on <= %(as_of)s"
