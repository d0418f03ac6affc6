"""The page of false churn: who is silent and yet shows a sign of life, and how many like them have come back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from retention.common import formats
from retention.common.charts import Chart, bars, in_percent
from retention.scoring.enums import FalseChurn, Pool
from retention.scoring.models import CustomerScore, ScoreRun
from retention.scoring.selectors.current import current_run
from retention.scoring.selectors.returns import ANY, NONE, GroupReturn, Returns, group_label, returns_of
from retention.segments.overview.charts import link
from retention.segments.overview.words import customers_url
from tenants.people.permissions import require

GROUPS = (*FalseChurn.values, ANY, NONE)


@require("scores.view")
def false_churn(request: HttpRequest) -> HttpResponse:
    """Each kind of sign: customers now, and the measured return of those who showed it in the past."""
    run = current_run()
    found = returns_of(run) if run else None
    context: dict[str, Any] = {"run": run, "found": found, "now": _now() if run else []}
    if found and found.moments:
        context["no_signs"] = (
            not found.group(ANY).came.n and not CustomerScore.current.exclude(false_churn="").exists()
        )
        groups = [found.group(code) for code in GROUPS]
        context |= {
            "rows": [_row(group) for group in groups],
            "chart": return_chart(found, groups),
            "summary": summary_of(found),
            "pools": [_pool_row(found, pool) for pool in (Pool.AT_RISK, Pool.HIBERNATING, Pool.LOST)],
            "labels": [group_label(code) for code in GROUPS],
            "first": found.moments[0],
            "last": found.moments[-1],
        }
    return render(request, "false_churn/page.html", context)


def return_chart(found: Returns, groups: list[GroupReturn]) -> Chart | None:
    """The share that came back, by group; None while there is no group to hold another against."""
    told = [group for group in groups if group.lacks is None]
    if len(told) < 2:
        return None
    names = [group_label(group.code) for group in told]
    option = in_percent(bars(names, [round(group.came.share * 100, 1) for group in told], label=_("Came back")))
    return Chart("returns", _("Came back within %s") % formats.days(found.days), summary_of(found), option)


def summary_of(found: Returns) -> str:
    """With a sign of life and without, in a sentence."""
    signed, bare = found.group(ANY), found.group(NONE)
    if lacks := signed.lacks or bare.lacks:
        return _("How many came back can’t be told yet: too few (%(n)s of %(least)s).") % {
            "n": formats.number(lacks[0]),
            "least": formats.number(lacks[1]),
        }
    return _("With a sign of life %(signed)s came back within %(days)s, without one %(bare)s.") % {
        "signed": formats.share(signed.came.share),
        "bare": formats.share(bare.came.share),
        "days": formats.days(found.days),
    }


def false_churn_sentence(run: ScoreRun) -> str:
    """For the overview; "" before anything is measured."""
    found = returns_of(run)
    return summary_of(found) if found and found.moments else ""


def _now() -> list[tuple[str, Any]]:
    """Customers who show each sign today, leading to their lists."""
    scores = CustomerScore.current.all()
    counts = [(kind, scores.filter(false_churn__contains=kind.value).count()) for kind in FalseChurn]
    rows = [(str(kind.label), link(customers_url(false=kind.value), count)) for kind, count in counts]
    together = scores.exclude(false_churn="").count()
    return [*rows, (_("Any of these"), link(customers_url(false="yes"), together))]


def _row(group: GroupReturn) -> dict[str, Any]:
    low, high = group.came.interval
    row = {"label": group_label(group.code), "n": group.came.n, "share": group.came.share, "low": low, "high": high}
    return {**row, "lacks": group.lacks, "difference": group.difference and _points(group)}


def _points(group: GroupReturn) -> str:
    assert group.difference is not None
    low, high = group.difference.interval
    return _("%(value)s points (%(low)s to %(high)s)") % {
        "value": formats.points(100 * group.difference.value),
        "low": formats.points(100 * low),
        "high": formats.points(100 * high),
    }


def _pool_row(found: Returns, pool: Pool) -> dict[str, Any]:
    cells = []
    for code in GROUPS:
        came = found.counts[code][pool]
        lacks = came.n < max(found.least, 1)
        cells.append({"share": None if lacks else came.share, "n": came.n, "least": found.least})
    return {"pool": pool, "cells": cells}
