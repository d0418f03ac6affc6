"""Charts of how well a model fits and how its forecast did, each with a sentence and a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from retention.common import formats
from retention.common.charts import Chart, bars, in_percent, lines, pairs
from retention.scoring.models import ScoreModel
from retention.scoring.science.frequency_bars import FrequencyBars
from retention.scoring.science.renewals import RenewalParameters, Renewals, survival
from retention.scoring.selectors.renewal_words import is_of_renewals

SHOWN_TERMS = 12


def fit_chart(model: ScoreModel) -> Chart | None:
    """What the fit expects beside what there is; None where nothing of the kind was kept."""
    if not model.identified:
        return None
    return _renewal_chart(model) if is_of_renewals(model) else _counts_chart(model)


def _counts_chart(model: ScoreModel) -> Chart | None:
    actual, expected = model.details.get("actual"), model.details.get("expected")
    if not actual or not expected:
        return None
    bars = FrequencyBars(len(actual) - 1, model.details.get("width", 1))
    names = [_between(bars.first(bar), bars.last(bar)) for bar in range(len(actual))]
    summary = _("%(expected)s customers without a repeat purchase are expected, and there are %(actual)s.") % {
        "expected": formats.number(expected[0]),
        "actual": formats.number(actual[0]),
    }
    return _pair(
        f"counts-{model.name}",
        _("Customers by repeat purchases"),
        summary,
        names,
        (_("Expected"), [round(value, 1) for value in expected]),
        (_("There are"), actual),
        _("Repeat purchases"),
    )


def _renewal_chart(model: ScoreModel) -> Chart:
    seen = Renewals(np.array(model.details["left"]), np.array(model.details["open"]))
    asked = seen.asked[:SHOWN_TERMS]
    asked = asked[: np.flatnonzero(asked)[-1] + 1]
    alive = survival(RenewalParameters(**model.parameters), np.arange(len(asked) + 1))
    expected = [round(float(share), 3) for share in alive[1:] / alive[:-1]]
    kept = seen.kept[: len(asked)]
    actual = [round(float(made / came), 3) if came else None for made, came in zip(kept, asked, strict=True)]
    names = [formats.number(term + 1) for term in range(len(asked))]
    summary = _("At the first renewal %(actual)s renew; the model says %(expected)s.") % {
        "actual": formats.share(actual[0], 0),
        "expected": formats.share(expected[0], 0),
    }
    shares = {
        name: [None if value is None else round(100 * value, 1) for value in values]
        for name, values in ((_("Expected"), expected), (_("Happened"), actual))
    }
    option = in_percent(pairs(names, shares))
    rows = [
        (name, formats.number(int(came)), formats.share(guess, 0), formats.share(real, 0))
        for name, came, guess, real in zip(names, asked, expected, actual, strict=True)
    ]
    head = (_("Renewal"), _("Came up"), _("Expected"), _("Happened"))
    return Chart(
        _id("renewals", model), _("Share renewed, renewal by renewal"), summary, option, head, rows, height="sm"
    )


def holdout_chart(model: ScoreModel) -> Chart:
    """Mean purchases or renewals by earlier frequency: forecast beside what happened."""
    holdout = model.holdout
    rows = holdout["by_frequency"]
    names = [
        _between(row["frequency"], None if row["or_more"] else row.get("up_to", row["frequency"])) for row in rows
    ]
    forecast, actual = [row["predicted_mean"] for row in rows], [row["actual_mean"] for row in rows]
    words = {
        "predicted": formats.number(holdout["predicted"]),
        "actual": formats.number(holdout["actual"]),
        "auc": formats.number(holdout["auc"], 2),
    }
    renewals = is_of_renewals(model)
    sentence = (
        _("%(predicted)s renewals were forecast and %(actual)s happened; ranking (AUC) %(auc)s.")
        if renewals
        else _("%(predicted)s purchases were forecast and %(actual)s happened; ranking (AUC) %(auc)s.")
    )
    before = _("Renewals before") if renewals else _("Repeat purchases before")
    table = [
        (name, formats.number(row["customers"]), formats.number(guess, 2), formats.number(real, 2))
        for name, row, guess, real in zip(names, rows, forecast, actual, strict=True)
    ]
    head = (before, _("Contracts") if renewals else _("Customers"), _("Forecast"), _("Happened"))
    option = pairs(names, {_("Forecast"): forecast, _("Happened"): actual})
    title = _("Forecast against what happened")
    return Chart(_id("holdout", model), title, sentence % words, option, head, table, height="sm")


def weeks_chart(model: ScoreModel) -> Chart | None:
    """The holdout week by week, added up."""
    weeks: list[dict[str, Any]] = model.holdout.get("by_week", [])
    if len(weeks) < 2:
        return None
    first = date.fromisoformat(model.holdout["from"])
    days = [first + timedelta(days=week["day"]) for week in weeks]
    forecast, actual = ([round(week[name], 1) for week in weeks] for name in ("predicted", "actual"))
    widest = max(abs(guess - real) for guess, real in zip(forecast, actual, strict=True))
    summary = _("The sums are never more than %(widest)s purchases apart.") % {"widest": formats.number(widest)}
    option = lines([day.isoformat() for day in days], {_("Forecast"): forecast, _("Happened"): actual})
    rows = [
        (formats.day(day), formats.number(guess), formats.number(real))
        for day, guess, real in zip(days, forecast, actual, strict=True)
    ]
    head = (_("Up to"), _("Forecast"), _("Happened"))
    return Chart(_id("weeks", model), _("Purchases added up, week by week"), summary, option, head, rows, height="sm")


def lift_chart(model: ScoreModel) -> Chart | None:
    """Tenths of the customers, best ranked first."""
    rows = model.holdout.get("lift", [])
    if not rows or is_of_renewals(model):
        return None
    names = [formats.number(row["part"]) for row in rows]
    summary = _("Of the best ranked tenth %(share)s bought, %(lift)s times the average.") % {
        "share": formats.share(rows[0]["buyers"] / rows[0]["customers"], 0),
        "lift": formats.number(rows[0]["lift"], 1),
    }
    table = [
        (name, formats.number(row["customers"]), formats.number(row["buyers"]), formats.number(row["lift"], 2))
        for name, row in zip(names, rows, strict=True)
    ]
    head = (_("Tenth"), _("Customers"), _("Bought"), _("Times the average"))
    option = bars(names, [round(row["lift"], 2) for row in rows], label=_("Times the average"))
    return Chart(_id("lift", model), _("Buyers by rank, in tenths"), summary, option, head, table, height="sm")


def _between(least: int, most: int | None) -> str:
    """``3``, ``6–10`` or ``31+``."""
    if most is None:
        return f"{least}+"
    return f"{least}" if least == most else f"{least}–{most}"


Series = tuple[str, Sequence[float | None]]


def _pair(name: str, title: str, summary: str, names: list[str], one: Series, other: Series, first: str) -> Chart:
    rows = [
        (label, formats.number(guess), formats.number(real))
        for label, guess, real in zip(names, one[1], other[1], strict=True)
    ]
    head = (first, one[0], other[0])
    return Chart(name, title, summary, pairs(names, dict((one, other))), head, rows, height="sm")


def _id(kind: str, model: ScoreModel) -> str:
    return f"{kind}-{model.name.replace('.', '-')}"
