"""The churn model's card on the page of scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from retention.common import formats
from retention.common.charts import Chart, in_percent, pairs
from retention.scoring.models import ChurnCard, ScoreRun
from retention.scoring.selectors.churn_words import LABELS, card_words

SHOWN_DRIVERS = 6


@dataclass(frozen=True)
class ChurnPart:
    """Sentences and charts; no charts where there is no model."""

    is_model: bool
    words: list[str]
    refused: str
    calibration: Chart | None
    drivers: Chart | None
    lift: str


def churn_part(run: ScoreRun) -> ChurnPart | None:
    """What the page says of the run's churn model; None for runs from before there were any."""
    card = ChurnCard.objects.filter(run=run).first()
    if card is None:
        return None
    refused = _(", ").join(str(LABELS.get(one["name"], one["name"])) for one in card.card.get("refused", ()))
    if not card.is_model:
        return ChurnPart(False, card_words(card), refused, None, None, "")
    return ChurnPart(True, card_words(card), refused, _calibration(card.card), _drivers(card.card), _lift(card.card))


def _calibration(card: dict[str, Any]) -> Chart:
    """Foreseen beside happened, in tenths by chance."""
    rows = card["calibration"]
    names = [formats.share(row["foreseen"], 0) for row in rows]
    foreseen = [round(100 * row["foreseen"], 1) for row in rows]
    happened = [round(100 * row["happened"], 1) for row in rows]
    widest = max(abs(one - other) for one, other in zip(foreseen, happened, strict=True))
    summary = _("In no tenth of the customers is what was foreseen more than %(points)s points off.") % {
        "points": formats.number(widest, 0)
    }
    option = in_percent(pairs(names, {_("Foreseen"): foreseen, _("Happened"): happened}))
    table = [
        (formats.number(row["customers"]), formats.share(row["foreseen"], 0), formats.share(row["happened"], 0))
        for row in rows
    ]
    head = (_("Customers"), _("Foreseen"), _("Happened"))
    return Chart("churn-calibration", _("Foreseen against happened"), summary, option, head, table)


def _drivers(card: dict[str, Any]) -> Chart:
    """How much each feature moves the chance, on average."""
    shown = card["drivers"][:SHOWN_DRIVERS]
    names, sizes = [str(LABELS[code]) for code, _size in shown], [round(size, 2) for _code, size in shown]
    summary = _("Most goes by: %s.") % _(", ").join(names[:3])
    option = {
        "xAxis": {"type": "value"},
        "yAxis": {"type": "category", "data": names[::-1]},
        "grid": {"left": 8, "right": 24, "top": 12, "bottom": 12, "containLabel": True},
        "series": [{"type": "bar", "name": _("Mean size in log-odds"), "data": sizes[::-1]}],
    }
    table = [(name, formats.number(size, 2)) for name, size in zip(names, sizes, strict=True)]
    head = (_("Feature"), _("Mean size in log-odds"))
    return Chart("churn-drivers", _("What moves the chance"), summary, option, head, table)


def _lift(card: dict[str, Any]) -> str:
    first = card["lift"][0]
    return _("Of the tenth with the highest chance %(share)s stayed away, %(lift)s times the average.") % {
        "share": formats.share(first["buyers"] / first["customers"], 0),
        "lift": formats.number(first["lift"], 1),
    }
