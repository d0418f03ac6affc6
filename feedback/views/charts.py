"""Scores over time as a chart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from feedback.science.nps import Nps
from retention.common.charts import Chart, lines
from retention.common.formats import points


def month_chart(months: Sequence[tuple[date, Nps]]) -> Chart | None:
    """The score by month with its interval; None before there are two."""
    if len(months) < 2:
        return None
    days, scores = [month.isoformat() for month, _nps in months], [nps.score for _month, nps in months]
    bounds = [nps.interval or (None, None) for _month, nps in months]
    series = {
        _("NPS"): scores,
        _("at least"): [low for low, _high in bounds],
        _("at most"): [high for _low, high in bounds],
    }
    summary = _("%(first)s in the first of these months, %(last)s in the latest.") % {
        "first": points(scores[0]), "last": points(scores[-1]),
    }  # fmt: skip
    rows = [
        [
            date_format(month, "YEAR_MONTH_FORMAT"),
            str(nps.n),
            points(nps.score),
            *(points(bound) for bound in nps.interval or (None, None)),
        ]
        for month, nps in months
    ]
    head = [_("Month"), _("Answers"), _("NPS"), _("at least"), _("at most")]
    return Chart("nps-months", _("NPS by month"), summary, lines(days, series), head=head, rows=rows)
