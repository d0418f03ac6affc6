"""Everything that the page of models shows of one of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from retention.common import formats
from retention.common.charts import Chart
from retention.scoring.models import ScoreModel, ScoreRun
from retention.scoring.rules import Rules
from retention.scoring.selectors.model_charts import fit_chart, holdout_chart, lift_chart, weeks_chart
from retention.scoring.selectors.model_verdict import Verdict, verdict
from retention.scoring.selectors.model_words import SYMBOLS, model_name, parameters_in_order

NORMAL_95 = 1.959964
ORDER = ("bg_nbd", "mbg_nbd", "pareto_nbd", "gamma_gamma")


@dataclass(frozen=True)
class Estimate:
    """A parameter with its 95 % interval, as shown."""

    name: str
    value: str
    low: str
    high: str


@dataclass(frozen=True)
class ModelPart:
    """A model of a run on its page."""

    code: str
    name: str
    verdict: Verdict
    estimates: list[Estimate]
    charts: list[Chart]


def model_parts(run: ScoreRun) -> list[ModelPart]:
    """The models of `run`: of purchases, of value, of renewals."""
    rules = Rules.of(run.plan["rules"])
    return [
        ModelPart(
            model.name.replace(".", "-"), model_name(model), verdict(model, rules), _estimates(model), _charts(model)
        )
        for model in models_in_order(run)
    ]


def models_in_order(run: ScoreRun) -> list[ScoreModel]:
    """Those of purchases, of value, of renewals; last those of what this tenant has nothing of."""
    return sorted(run.models.all(), key=_place)


def _place(model: ScoreModel) -> tuple[bool, bool, int]:
    if model.name in ORDER:
        return model.customers == 0, False, ORDER.index(model.name)
    return model.customers == 0, True, model.pk


def _charts(model: ScoreModel) -> list[Chart]:
    charts = [fit_chart(model)]
    if model.holdout.get("identified"):
        charts += [holdout_chart(model), weeks_chart(model), lift_chart(model)]
    return [chart for chart in charts if chart is not None]


def _estimates(model: ScoreModel) -> list[Estimate]:
    """Parameters in the order of their errors; one that was not fitted (c of sBG) has none."""
    if not model.identified:
        return []
    found = []
    for place, (name, value) in enumerate(parameters_in_order(model)):
        error = model.relative_errors[place] if place < len(model.relative_errors) else None
        spread = None if error is None else math.exp(NORMAL_95 * error)
        found.append(
            Estimate(
                SYMBOLS.get(name, name),
                _figure(value),
                formats.NOTHING if spread is None else _figure(value / spread),
                formats.NOTHING if spread is None else _figure(value * spread),
            )
        )
    return found


def _figure(value: float) -> str:
    return formats.number(value, 3 if abs(value) < 10 else 1)
