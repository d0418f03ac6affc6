"""Charts of segments, with the sentence that says the same."""

from __future__ import annotations

from django.utils.translation import gettext as _

from retention.common import formats
from retention.common.charts import Chart, lines
from retention.segments.selectors.sizes import Card


def size_chart(card: Card) -> Chart | None:
    """The size over the last half year; None before the second snapshot."""
    if len(card.line) < 2:
        return None
    days, sizes = zip(*card.line, strict=True)
    summary = _("%(first)s customers on %(from)s, %(last)s on %(to)s.") % {
        "first": formats.number(sizes[0]),
        "from": formats.day(days[0]),
        "last": formats.number(sizes[-1]),
        "to": formats.day(days[-1]),
    }
    option = lines([day.isoformat() for day in days], {_("Customers"): sizes})
    rows = [(formats.day(day), formats.number(size)) for day, size in card.line]
    return Chart("size", _("Size over time"), summary, option, (_("Day"), _("Customers")), rows, height="sm")
