"""The trends of a period, judged: what is too few for a number says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from retention.scoring.models import ScoreRun
from retention.scoring.rules import Rules
from retention.scoring.science.trends import Month as Paid
from retention.scoring.science.trends import Reading, Silence, arppu, daily_churn, login_decay, silent_share
from retention.scoring.selectors.trend_lines import (
    CohortCell,
    DayCounts,
    MonthSums,
    cohort_cells,
    day_counts,
    month_sums,
)

BACK = 28
"""Days before which the silent share is compared with."""
ENTRIES = "overview.churn_entries"
SPANS = {"28": 28, "91": 91, "182": 182, "365": 365}
DEFAULT = "91"
MONTHS = 13


@dataclass(frozen=True)
class DayTrend:
    """A day and what is judged of it; a reading without a value says what there is too little of."""

    counts: DayCounts
    decay: Reading | None
    silent: Reading
    churn: Reading
    base: int
    """Customers neither lost nor gone at the end of the day before."""

    @property
    def day(self) -> date:
        """The day."""
        return self.counts.day


@dataclass(frozen=True)
class TrendFigures:
    """Days and complete months, oldest first."""

    days: tuple[DayTrend, ...]
    months: tuple[MonthSums, ...]
    arppu: Reading | None
    """Of the last three months; None with fewer on the books."""
    cohorts: tuple[CohortCell, ...]

    @property
    def falls(self) -> int:
        """How many months in a row revenue per payer has fallen, up to the last complete one."""
        values = [month.revenue / month.payers if month.payers else None for month in self.months]
        count = 0
        for earlier, later in zip(values[-2::-1], values[:0:-1], strict=True):
            if earlier is None or later is None or later >= earlier:
                break
            count += 1
        return count


def trend_figures(run: ScoreRun, rules: Rules, *, days: int, entries: int) -> TrendFigures:
    """The trends of the last `days` up to `run`. `entries`: entries into *lost* needed for a churn of a day."""
    first = run.as_of - timedelta(days=days - 1)
    held = {counts.day: counts for counts in day_counts(first - timedelta(days=BACK), run.as_of)}
    shown = [held[day] for n in range(days) if (day := first + timedelta(days=n)) in held]
    months = month_sums(run.as_of, MONTHS)
    began = next((place for place, month in enumerate(months) if month.revenue or month.payers), len(months))
    return TrendFigures(
        tuple(_judged(counts, held, rules, entries) for counts in shown),
        tuple(months[began:]),
        _arppu(months[began:], rules),
        tuple(cohort_cells(run.as_of, MONTHS)),
    )


def _judged(counts: DayCounts, held: dict[date, DayCounts], rules: Rules, entries: int) -> DayTrend:
    before, then = held.get(counts.day - timedelta(days=1)), held.get(counts.day - timedelta(days=BACK))
    base = 0 if before is None else before.ever_active - before.pools["lost"]
    least = rules.whole("trends.silent_share_customers")
    earlier = Silence(then.silent, then.ever_active) if then else Silence(0, 0)
    now = Silence(counts.silent, counts.ever_active)
    decay = None
    if counts.weeks is not None:
        decay = login_decay(
            counts.weeks,
            least_b=rules.whole("trends.login_decay_log_ins"),
            least_customers=rules.whole("trends.login_decay_customers"),
        )
    silent = silent_share(now, earlier, least=least)
    if silent.value is None and now.ever_active >= max(
        least, 1
    ):  # there is a share, though nothing to hold it against
        silent = Reading(now.silent / now.ever_active, False)
    churn = daily_churn(
        counts.entered_lost, base, least_base=rules.whole("trends.daily_churn_base"), least_entered=entries
    )
    return DayTrend(counts, decay, silent, churn, base)


def _arppu(months: list[MonthSums], rules: Rules) -> Reading | None:
    if len(months) < 3:
        return None
    oldest, middle, latest = (Paid(month.revenue, month.payers) for month in months[-3:])
    return arppu((oldest, middle, latest), least_payers=rules.whole("trends.arppu_payers"))
