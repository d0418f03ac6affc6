"""The page of trends: log-ins, revenue, silence and churn over time, and retention by cohort."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from retention.common import formats
from retention.scoring.rules import rules_in_force
from retention.scoring.selectors.current import current_run
from retention.scoring.selectors.trends import month_starts
from retention.segments.trends import charts
from retention.segments.trends.cohorts import cohort_chart, cohorts
from retention.segments.trends.figures import DEFAULT, ENTRIES, SPANS, trend_figures
from tenants.people.permissions import require
from tenants.policies import policy_number


@require("scores.view")
def trends(request: HttpRequest) -> HttpResponse:
    """Each trend as a sentence, a chart and a table; ?days= and ?show= choose."""
    run, rules = current_run(), rules_in_force()
    days = request.GET.get("days", DEFAULT)
    days, buying = days if days in SPANS else DEFAULT, request.GET.get("show") == "buying"
    context: dict[str, Any] = {
        "spans": [(key, _("the last %s") % formats.days(span), key == days) for key, span in SPANS.items()],
        "shows": [("active", _("Active customers"), not buying), ("buying", _("Buying customers"), buying)],
    }
    figures = run and trend_figures(run, rules, days=SPANS[days], entries=int(policy_number(ENTRIES)))
    if run and figures and figures.days:
        until = month_starts(run.as_of, 1)[0]
        shown = cohorts(figures.cohorts, until, buying=buying, least=rules.whole("trends.cohort_customers"))
        context |= {
            "run": run,
            "charts": [
                charts.decay_chart(figures),
                charts.arppu_chart(figures),
                charts.silent_chart(figures),
                charts.churn_chart(figures),
            ],
            "pools": charts.pools_chart(figures),
            "cohort_chart": cohort_chart(shown, buying=buying),
            "cohorts": [(f"{cohort.month:%Y-%m}", cohort) for cohort in shown],
            "ages": range(max((len(cohort.cells) for cohort in shown), default=0)),
        }
    return render(request, "trends/trends.html", context)
