"""All figures of the overview, read once for each run and kept until the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from retention.scoring.enums import Pool
from retention.scoring.models import ScoreRun
from retention.segments.overview.counts import Counts, count_customers, family_means
from retention.segments.overview.feeds import MissingFeed, missing_feeds
from retention.segments.overview.flows import Flow, read_flows
from retention.segments.overview.ledger import SILENT, Ledger, read_ledger
from tenants import cache
from tenants.policies import policy_number

KEPT_SECONDS = 600
SILENT_MINIMUM, CHURN_MINIMUM = "trends.silent_share_customers", "trends.daily_churn_base"
WEEKS_SHOWN, DAYS_SHOWN, CHANGE_DAYS = 26, 56, 28


@dataclass(frozen=True)
class Ratio:
    """`part` ÷ `base`; `value` is None and `lacks` filled, as (n, N), where there is too little to say it."""

    part: int
    base: int
    value: float | None
    lacks: tuple[int, int] | None = None


@dataclass(frozen=True)
class Overview:
    """What the first page shows, in codes and numbers."""

    as_of: date
    customers: int
    counts: Counts
    before: dict[str, int]
    """Customers per pool 28 days before."""
    high_value_silent: int
    silent: Ratio
    churn: Ratio
    silent_line: tuple[tuple[date, float | None], ...]
    lost_line: tuple[tuple[date, int], ...]
    flows: tuple[Flow, ...]
    families: dict[str, float]
    account_families: dict[str, float]
    account_bands: dict[str, int]
    missing: tuple[MissingFeed, ...]

    @property
    def accounts(self) -> int:
        """Accounts scored, also those of whom too little is known."""
        return sum(self.account_bands.values())


def load_overview(run: ScoreRun) -> Overview:
    """The figures of `run`, kept for ten minutes: a new run, and a changed policy soon, brings new ones."""
    kept: Overview | None = cache.get("overview", _key(run))
    if kept is None:
        kept = read_overview(run)
        cache.set("overview", _key(run), kept, seconds=KEPT_SECONDS)
    return kept


def _key(run: ScoreRun) -> str:
    """A refresh moves the run in force on to other figures: its fingerprint tells."""
    return f"{run.public_id}-{run.fingerprint[:16]}"


def read_overview(run: ScoreRun) -> Overview:
    """The figures of `run`, read now."""
    ledger = read_ledger(run.as_of)
    counts, summary = count_customers(run), dict(run.summary)
    least_silent, least_base = int(policy_number(SILENT_MINIMUM)), int(policy_number(CHURN_MINIMUM))
    days = [run.as_of - timedelta(days=n) for n in range(DAYS_SHOWN - 1, -1, -1)]
    weeks = [run.as_of - timedelta(weeks=n) for n in range(WEEKS_SHOWN, -1, -1)]
    then = run.as_of - timedelta(days=CHANGE_DAYS)
    return Overview(
        as_of=run.as_of,
        customers=sum(count.customers for count in counts.pools.values()),
        counts=counts,
        before={pool: ledger.pool(pool, then) for pool in Pool},
        high_value_silent=sum(counts.pools[pool].high_value for pool in SILENT if pool in counts.pools),
        silent=_silent(counts, least_silent),
        churn=_churn(ledger, run.as_of, base=least_base, entries=int(policy_number("overview.churn_entries"))),
        silent_line=tuple((day, _share(ledger, day, least_silent)) for day in weeks),
        lost_line=tuple((day, ledger.entered_lost.get(day, 0)) for day in days),
        flows=tuple(read_flows(run)),
        families=family_means(run),
        account_families=_known(summary.get("account_families", {})),
        account_bands=summary.get("account_bands", {}),
        missing=tuple(missing_feeds(run.as_of, share=policy_number("overview.feed_share"))),
    )


def _silent(counts: Counts, least: int) -> Ratio:
    """Silent ÷ customers ever active, bar gone for good."""
    part, base = counts.pool("hibernating", "lost"), counts.pool("active", "at_risk", "hibernating", "lost")
    if base < max(least, 1):
        return Ratio(part, base, None, (base, least))
    return Ratio(part, base, part / base)


def _share(ledger: Ledger, day: date, least: int) -> float | None:
    base = ledger.everybody(day)
    return ledger.silent(day) / base if base >= max(least, 1) else None


def _churn(ledger: Ledger, day: date, *, base: int, entries: int) -> Ratio:
    """Entered *lost* on `day` ÷ those not lost or gone at the end of the day before."""
    before = day - timedelta(days=1)
    part = ledger.entered_lost.get(day, 0)
    whole = ledger.everybody(before) - ledger.pool("lost", before)
    if whole < max(base, 1):
        return Ratio(part, whole, None, (whole, base))
    if part < entries:
        return Ratio(part, whole, None, (part, entries))
    return Ratio(part, whole, part / whole)


def _known(values: dict[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in values.items() if value is not None}
