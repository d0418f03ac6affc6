"""The trends as charts: each with a sentence that says the same, and a table for those who can't see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from retention.common import formats
from retention.common.charts import Chart, Option, bars, in_percent, lines
from retention.common.errors import sentences
from retention.scoring.enums import Pool
from retention.scoring.science.trends import Reading
from retention.segments.trends.figures import TrendFigures

Say = Callable[[float], str]


def decay_chart(figures: TrendFigures) -> Chart:
    """Log-in days of each week against the week before."""
    shown = [(one.day, one.decay) for one in figures.days if one.decay is not None]
    latest = shown[-1][1] if shown else None
    if latest is None:
        summary = _("There are no log-ins, so their decay can’t be told.")
    elif latest.value is None:
        summary = _("Log-ins of the last 7 days against the 7 before: %s.") % too_few_words(latest)
    else:
        summary = _(
            "Log-in days of the last 7 days against the 7 before, of customers seen in the four weeks before both: "
            "%(value)s, ± %(error)s."
        ) % {
            "value": formats.share(latest.value),
            "error": formats.share(1.96 * (latest.standard_error or 0.0)),
        }
        summary = sentences(
            summary, _("That is a fall beyond chance.") if latest.fires else _("No fall beyond chance.")
        )
    option = _percent_line([day for day, _one in shown], {_("Log-in decay"): [one.value for _day, one in shown]})
    rows = [(formats.day(day), _said(one, formats.share)) for day, one in reversed(shown)]
    return Chart("decay", _("Log-in decay"), summary, option, (_("Day"), _("Change on the week before")), rows)


def arppu_chart(figures: TrendFigures) -> Chart:
    """Net revenue per paying customer, month by month."""
    months = figures.months
    values = [month.revenue / month.payers if month.payers else None for month in months]
    if not months:
        summary = _("There is no complete month with orders yet.")
    else:
        summary = _("%(month)s: %(value)s a paying customer.") % {
            "month": _month(months[-1].month),
            "value": formats.money(values[-1]),
        }
        summary = sentences(summary, _falls(figures))
    option = bars([_month(month.month) for month in months], [_rounded(value) for value in values], label="ARPPU")
    rows = [
        (
            _month(month.month),
            formats.money(value),
            formats.number(month.payers),
            formats.money(month.revenue, whole=True),
        )
        for month, value in zip(reversed(months), reversed(values), strict=True)
    ]
    head = (_("Month"), _("A paying customer"), _("Paying customers"), _("Net revenue"))
    return Chart("arppu", _("Revenue per paying customer"), summary, option, head, rows)


def _falls(figures: TrendFigures) -> str:
    reading = figures.arppu
    if reading is None:
        return _("With fewer than three complete months nothing is said of falls.")
    if reading.value is None:
        return _("Falls: %s.") % too_few_words(reading)
    count = figures.falls
    if not count:
        return _("No fall on the month before.")
    said = ngettext("It fell on the month before.", "It has fallen %(count)s months in a row.", count)
    return said % {"count": formats.number(count)}


def silent_chart(figures: TrendFigures) -> Chart:
    """Silent customers among those ever active."""
    latest = figures.days[-1].silent
    if latest.value is None:
        summary = _("Silent share: %s.") % too_few_words(latest)
    else:
        summary = _("%(value)s of the customers are silent.") % {"value": formats.share(latest.value)}
        if latest.before is not None:
            summary = sentences(summary, _("28 days before it was %s.") % formats.share(latest.before))
    option = _percent_line(
        [one.day for one in figures.days], {_("Silent share"): [one.silent.value for one in figures.days]}
    )
    rows = [
        (
            formats.day(one.day),
            _said(one.silent, formats.share),
            formats.number(one.counts.silent),
            formats.number(one.counts.ever_active),
        )
        for one in reversed(figures.days)
    ]
    head = (_("Day"), _("Silent share"), _("Silent"), _("Ever active"))
    return Chart("silent", _("Silent share"), summary, option, head, rows)


def churn_chart(figures: TrendFigures) -> Chart:
    """Who entered *lost* on each day, among those who could."""
    latest = figures.days[-1]
    counts = {"entered": formats.number(latest.counts.entered_lost), "base": formats.number(latest.base)}
    if latest.churn.value is None:
        summary = _("%(entered)s of %(base)s customers were lost on the last day.") % counts
        summary = sentences(summary, _("As a rate: %s.") % too_few_words(latest.churn))
    else:
        summary = _("%(entered)s of %(base)s customers were lost on the last day: %(value)s.") % {
            **counts,
            "value": formats.share(latest.churn.value, 2),
        }
    option = bars(
        [one.day.isoformat() for one in figures.days],
        [one.counts.entered_lost for one in figures.days],
        label=_("Entered “lost”"),
    )
    option["yAxis"]["minInterval"] = 1
    rows = [
        (
            formats.day(one.day),
            formats.number(one.counts.entered_lost),
            formats.number(one.base),
            _said(one.churn, lambda value: formats.share(value, 2)),
        )
        for one in reversed(figures.days)
    ]
    head = (_("Day"), _("Entered “lost”"), _("Could have"), _("Rate"))
    return Chart("churn", _("One-day churn"), summary, option, head, rows)


def pools_chart(figures: TrendFigures) -> Chart:
    """All customers by pool, day by day."""
    first, last = figures.days[0], figures.days[-1]
    series = {str(pool.label): [one.counts.pools[pool] for one in figures.days] for pool in Pool}
    option = lines([one.day.isoformat() for one in figures.days], series, stacked=True)
    option["yAxis"]["minInterval"] = 1
    for line, pool in zip(option["series"], Pool, strict=True):
        line["itemStyle"] = line["lineStyle"] = line["areaStyle"] = {"color": f"tone:{pool.value}"}
    summary = _("From %(before)s customers on %(first)s to %(after)s on %(last)s.") % {
        "before": formats.number(sum(first.counts.pools.values())),
        "first": formats.day(first.day),
        "after": formats.number(sum(last.counts.pools.values())),
        "last": formats.day(last.day),
    }
    rows = [
        (formats.day(one.day), *(formats.number(one.counts.pools[pool]) for pool in Pool))
        for one in reversed(figures.days)
    ]
    return Chart(
        "by-day",
        _("Customers by pool, day by day"),
        summary,
        option,
        (_("Day"), *(str(pool.label) for pool in Pool)),
        rows,
    )


def too_few_words(reading: Reading) -> str:
    """ "too few (n of N)" in the reader's language."""
    count, _of, least = reading.too_few.removeprefix("too few (").removesuffix(")").partition(" of ")
    return _("too few (%(count)s of %(least)s)") % {"count": count, "least": least}


def _said(reading: Reading, say: Say) -> str:
    return too_few_words(reading) if reading.value is None else say(reading.value)


def _percent_line(days: list[date], series: dict[str, list[float | None]]) -> Option:
    shares = {
        name: [None if value is None else round(value * 100, 2) for value in values] for name, values in series.items()
    }
    option = in_percent(lines([day.isoformat() for day in days], shares))
    option["yAxis"]["scale"] = True
    return option


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _month(month: date) -> str:
    return f"{month:%Y-%m}"
