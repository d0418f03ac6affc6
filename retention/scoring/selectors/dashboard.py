"""What the dashboard shows of the run in force. Every number is one that a list can be opened for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from django.db.models import Sum

from retention.scoring.enums import HealthBand, Pool, Stage, Tier
from retention.scoring.models import PoolFlow, ScoreRun
from retention.scoring.rules import Rules
from retention.scoring.science.health_metrics import Family
from retention.scoring.selectors.flows import Flow, FlowRow
from retention.scoring.selectors.trends import Trends, summary_of

MEASURED = ("active", "at_risk", "hibernating", "lost")


@dataclass(frozen=True)
class Coverage:
    """How many a number rests on, and how many it needs. Too few: print "too few (n of N)" in its place."""

    counted: int
    minimum: int

    @property
    def enough(self) -> bool:
        return self.counted >= self.minimum


@dataclass(frozen=True)
class PoolShare:
    """A pool: its members, the revenue of their last year, and the value expected of them in the next."""

    pool: Pool
    customers: int
    revenue: float
    value: float


@dataclass(frozen=True)
class StageShare:
    """A healthy stage and its members."""

    stage: Stage
    customers: int


@dataclass(frozen=True)
class TierShare:
    """A value tier: its members and the revenue of their last year."""

    tier: Tier
    customers: int
    revenue: float


@dataclass(frozen=True)
class BandShare:
    """A health band ("" = not enough data) and its members."""

    band: str
    customers: int


@dataclass(frozen=True)
class FamilyMean:
    """Mean points of a family of health metrics, and over how many; None where nobody has any."""

    family: Family
    points: float | None
    customers: int


@dataclass(frozen=True)
class DayShare:
    """A share on a day. `value` is None where `coverage` is too thin to say."""

    day: date
    value: float | None
    part: int
    coverage: Coverage


@dataclass(frozen=True)
class Picture:
    """Everything about the run in force at once."""

    run: ScoreRun
    pools: list[PoolShare]
    stages: list[StageShare]
    tiers: list[TierShare]
    high_value: int
    bands: list[BandShare]
    radar: list[FamilyMean]
    account_bands: list[BandShare]
    account_radar: list[FamilyMean]
    flows: list[Flow]
    silent: DayShare
    churn: DayShare
    trends: Trends | None


def picture(run: ScoreRun) -> Picture:
    """What the dashboard shows of `run`."""
    kept = run.summary
    silent, churn = silent_share_series(run, days=1), daily_churn_series(run, days=1)
    radar = [_mean(family, kept["family_sum"][family.value], kept["family_count"][family.value]) for family in Family]
    accounts = kept.get("account_families", {})
    account_count = sum(kept.get("account_bands", {}).values())
    flows = cast("list[FlowRow]", kept.get("flows", []))
    return Picture(
        run,
        pool_shares(run),
        [StageShare(stage, kept["stages"][stage.value]) for stage in Stage],
        [TierShare(tier, kept["tiers"][tier.value], kept["tier_revenue"][tier.value]) for tier in Tier],
        kept["high_value"],
        [BandShare(band, kept["bands"].get(band, 0)) for band in (*HealthBand.values, "")],
        radar,
        [BandShare(band, count) for band, count in kept.get("account_bands", {}).items()],
        [FamilyMean(family, accounts.get(family.value), account_count) for family in Family] if accounts else [],
        [Flow(**row) for row in flows],
        silent[-1],
        churn[-1],
        summary_of(kept),
    )


def pool_shares(run: ScoreRun) -> list[PoolShare]:
    """Members and value of each pool, in the order of the pools."""
    kept = run.summary
    return [
        PoolShare(pool, kept["pools"][pool.value], kept["pool_revenue"][pool.value], kept["pool_value"][pool.value])
        for pool in Pool
    ]


def pools_by_day(run: ScoreRun, *, days: int) -> dict[date, dict[str, int]]:
    """Members of each measured pool at the end of each of the last `days` days and of the day before them.

    Sums over PoolFlow: a pool holds whoever entered it and has not entered another since.
    """
    first = run.as_of - timedelta(days=days)
    held = dict.fromkeys(MEASURED, 0)
    before = PoolFlow.objects.filter(day__lte=first).values_list("came_from", "pool").annotate(n=Sum("customers"))
    for came_from, pool, count in before.order_by():
        _move(held, came_from, pool, count)
    moves: dict[date, list[tuple[str, str, int]]] = {}
    later = PoolFlow.objects.filter(day__gt=first, day__lte=run.as_of)
    for day, came_from, pool, count in later.values_list("day", "came_from", "pool", "customers"):
        moves.setdefault(day, []).append((came_from, pool, count))
    series = {}
    for offset in range(days + 1):
        day = first + timedelta(days=offset)
        for came_from, pool, count in moves.get(day, []):
            _move(held, came_from, pool, count)
        series[day] = dict(held)
    return series


def silent_share_series(run: ScoreRun, *, days: int) -> list[DayShare]:
    """Silent customers ÷ customers ever active, those gone for good left out of both; oldest first."""
    minimum = Rules(run.plan["rules"]).whole("trends.silent_share_customers")
    gone = _gone_by_run(run, days)
    series = []
    for day, held in list(pools_by_day(run, days=days).items())[1:]:
        absent = _latest(gone, day)
        ever = sum(held.values()) - absent
        part = held["hibernating"] + held["lost"] - absent
        series.append(_share(day, part, ever, Coverage(ever, minimum)))
    return series


def daily_churn_series(run: ScoreRun, *, days: int) -> list[DayShare]:
    """Customers who entered *lost* on a day ÷ those not lost at the end of the day before; oldest first.

    Below the minimum of entries the share is still shown, for it is low; only a thin base hides it.
    """
    minimum = Rules(run.plan["rules"]).whole("trends.daily_churn_base")
    held = pools_by_day(run, days=days)
    first = run.as_of - timedelta(days=days)
    entries = dict(
        PoolFlow.objects.filter(day__gt=first, day__lte=run.as_of, pool=Pool.LOST)
        .values_list("day")
        .annotate(n=Sum("customers"))
        .order_by()
    )
    series = []
    for day in list(held)[1:]:
        yesterday = held[day - timedelta(days=1)]
        base = sum(yesterday.values()) - yesterday["lost"]
        series.append(_share(day, entries.get(day, 0), base, Coverage(base, minimum)))
    return series


def _move(held: dict[str, int], came_from: str, pool: str, count: int) -> None:
    held[pool] += count
    if came_from:
        held[came_from] -= count


def _share(day: date, part: int, base: int, coverage: Coverage) -> DayShare:
    return DayShare(day, part / base if coverage.enough and base else None, part, coverage)


def _mean(family: Family, total: float, count: int) -> FamilyMean:
    return FamilyMean(family, total / count if count else None, count)


def _gone_by_run(run: ScoreRun, days: int) -> list[tuple[date, int]]:
    """How many were gone for good at each finished run up to `run`, oldest first."""
    runs = ScoreRun.objects.filter(status="done", known_at=None, as_of__lte=run.as_of).order_by("as_of", "id")
    rows = runs.values_list("as_of", "summary__pools__gone")
    return [(as_of, gone or 0) for as_of, gone in rows]


def _latest(counts: list[tuple[date, int]], day: date) -> int:
    found = 0
    for as_of, count in counts:
        if as_of > day:
            break
        found = count
    return found
