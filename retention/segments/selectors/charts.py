"""Charts of segments, with the sentence that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from retention.common import formats
from retention.common.charts import Chart, every_day, lines, stacks
from retention.segments.selectors.history import History
from retention.segments.selectors.sizes import Card


def sizes_chart(sizes: Sequence[tuple[date, int]]) -> Chart | None:
    """The size on each counted day; None below two."""
    if len(sizes) < 2:
        return None
    days, counts = zip(*sizes, strict=True)
    summary = _("%(first)s customers on %(from)s, %(last)s on %(to)s.") % {
        "first": formats.number(counts[0]),
        "from": formats.day(days[0]),
        "last": formats.number(counts[-1]),
        "to": formats.day(days[-1]),
    }
    known, calendar = dict(sizes), every_day(days)
    option = lines([day.isoformat() for day in calendar], {_("Customers"): [known.get(day) for day in calendar]})
    option["series"][0]["connectNulls"] = True  # days on which nobody counted
    option["yAxis"]["minInterval"] = 1
    rows = [(formats.day(day), formats.number(size)) for day, size in sizes]
    return Chart("size", _("Size over time"), summary, option, (_("Day"), _("Customers")), rows, height="sm")


def flow_chart(history: History) -> Chart | None:
    """Who came and who went on each day; None where nobody did."""
    flows = history.flows
    if not flows:
        return None
    entered, left = [flow.entered for flow in flows], [flow.left for flow in flows]
    summary = _("%(entered)s entered and %(left)s left between %(from)s and %(to)s.") % {
        "entered": formats.number(sum(entered)),
        "left": formats.number(sum(left)),
        "from": formats.day(history.since),
        "to": formats.day(history.until),
    }
    option = stacks([flow.day.isoformat() for flow in flows], {_("Entered"): entered, _("Left"): [-n for n in left]})
    rows = [(formats.day(f.day), formats.number(f.entered), formats.number(f.left)) for f in flows]
    headings = (_("Day"), _("Entered"), _("Left"))
    return Chart("flow", _("Entered and left"), summary, option, headings, rows, height="sm")


def size_chart(card: Card) -> Chart | None:
    """The size over the last half year; None before the second count."""
    return sizes_chart(card.line)
