"""Retention by cohort: of those who joined in a month, how many were active or bought in each month since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from retention.common import formats
from retention.common.charts import Chart, in_percent, lines
from retention.scoring.selectors.trend_lines import CohortCell

SHADES = 5
"""Steps of colour in the table; the number stands in each cell."""


@dataclass(frozen=True)
class Cell:
    """A share of a cohort in a month, and its shade 0–5."""

    customers: int
    share: float
    shade: int


@dataclass(frozen=True)
class Cohort:
    """Customers who joined in a month, with a cell for each complete month since; `lacks` where they are too few."""

    month: date
    size: int
    cells: tuple[Cell, ...]
    lacks: str = ""
    months_to_come: int = 0
    """Months that older cohorts have behind them and this one has not."""


def cohorts(cells: Sequence[CohortCell], until: date, *, buying: bool, least: int) -> list[Cohort]:
    """The cohorts, oldest first. Everybody is active in the month in which they join: that is the size of a cohort.

    `until` is the last complete month, so that a month in which nobody came is a zero and not missing.
    """
    held: dict[date, dict[date, CohortCell]] = defaultdict(dict)
    for cell in cells:
        held[cell.cohort][cell.month] = cell
    found = [_cohort(month, by_month, until, buying, least) for month, by_month in sorted(held.items())]
    longest = max((len(cohort.cells) for cohort in found), default=0)
    return [replace(cohort, months_to_come=longest - len(cohort.cells)) for cohort in found]


def _cohort(month: date, held: dict[date, CohortCell], until: date, buying: bool, least: int) -> Cohort:
    size = held[month].active if month in held else 0
    if size < max(least, 1):
        return Cohort(month, size, (), _("too few (%(count)s of %(least)s)") % {"count": size, "least": least})
    found = []
    for since in range(months_between(month, until) + 1):
        cell = held.get(after(month, since))
        count = 0 if cell is None else cell.buyers if buying else cell.active
        found.append(Cell(count, count / size, round(SHADES * min(count / size, 1))))
    return Cohort(month, size, tuple(found))


def retention_line(shown: Sequence[Cohort]) -> list[tuple[int, int, int]]:
    """(months since, customers, of how many), over the cohorts that have reached that age."""
    longest = max((len(cohort.cells) for cohort in shown), default=0)
    return [
        (
            since,
            sum(cohort.cells[since].customers for cohort in shown if len(cohort.cells) > since),
            sum(cohort.size for cohort in shown if len(cohort.cells) > since),
        )
        for since in range(longest)
    ]


def cohort_chart(shown: Sequence[Cohort], *, buying: bool) -> Chart:
    """All cohorts together, by months since they joined."""
    line = retention_line(shown)
    shares = [count / of for _since, count, of in line]
    name = _("Bought") if buying else _("Active")
    months = [str(since) for since, _count, _of in line]
    option = in_percent(lines(months, {name: [round(share * 100, 1) for share in shares]}))
    if not shown:
        summary = _("In the months shown nobody joined, or no month is complete yet.")
    elif not line:
        summary = _("No cohort is large enough to be told.")
    elif len(line) < 2:
        summary = _("No cohort is a month old yet.")
    else:
        said = _("Of %(of)s customers %(share)s bought in the month after they joined.")
        if not buying:
            said = _("Of %(of)s customers %(share)s were active in the month after they joined.")
        summary = said % {"of": formats.number(line[1][2]), "share": formats.share(shares[1])}
    rows = [
        (formats.number(since), formats.share(share), formats.number(count), formats.number(of))
        for (since, count, of), share in zip(line, shares, strict=True)
    ]
    head = (_("Months since joining"), name, _("Customers"), _("of"))
    return Chart("cohorts", _("Retention by months since joining"), summary, option, head, rows)


def months_between(first: date, last: date) -> int:
    """Whole months from one first of a month to another."""
    return 12 * (last.year - first.year) + last.month - first.month


def after(month: date, months: int) -> date:
    """The first of the month so many months later."""
    years, place = divmod(month.month - 1 + months, 12)
    return date(month.year + years, place + 1, 1)
