"""Fit the lifetime models of a tenant, and say what they expect of each customer."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from retention.common.copying import NO_DAY
from retention.scoring.frames.frame import Array, Frame
from retention.scoring.rules import Rules
from retention.scoring.science.arrays import FloatArray
from retention.scoring.science.bg_nbd import BgNbdParameters, fit_bg_nbd, shown_p_alive
from retention.scoring.science.gamma_gamma import GammaGammaParameters, fit_gamma_gamma, mean_order_value
from retention.scoring.science.lifetime_value import Horizon, lifetime_value, outlook
from retention.scoring.science.mbg_nbd import MbgNbdParameters, fit_mbg_nbd
from retention.scoring.science.model_fit import ModelFit
from retention.scoring.science.pareto_nbd import fit_pareto_nbd
from retention.scoring.science.purchases import PurchaseHistory

MONTHS = 12
YEAR_DAYS = 365
QUARTER_DAYS = 90
FULL_NAMES = {1: "day", 7: "week"}


@dataclass(frozen=True)
class Buyers:
    """Customers who ever bought: their places in a frame, their history, and the mean of their repeat days."""

    places: Array
    history: PurchaseHistory
    monetary_value: FloatArray


def buyers(states: Frame, day: int) -> Buyers:
    """The purchase history that the models read, as of `day`."""
    places = np.flatnonzero(states["first_order_on"] != NO_DAY)
    first, last = states["first_order_on"][places], states["last_order_on"][places]
    frequency = states["order_days"][places] - 1
    history = PurchaseHistory(frequency, last - first, day - first)
    repeat = states["repeat_revenue"][places]
    value = np.divide(repeat, frequency, out=np.zeros(len(places)), where=frequency > 0)
    return Buyers(places, history, value)


def fit_models(chosen: Buyers, rules: Rules) -> dict[str, ModelFit[Any]]:
    """Every model's fit by its name, identified or not."""
    unit, least = rules.number("models.time_unit_days"), rules.minimum
    fits: dict[str, ModelFit[Any]] = {
        "bg_nbd": fit_bg_nbd(chosen.history, unit_days=unit, minimum=least),
        "mbg_nbd": fit_mbg_nbd(chosen.history, unit_days=unit, minimum=least),
        "gamma_gamma": fit_gamma_gamma(chosen.history.frequency, chosen.monetary_value, minimum=least),
    }
    if rules.values["models.pareto_nbd"]:
        fits["pareto_nbd"] = fit_pareto_nbd(chosen.history, unit_days=unit, minimum=least)
    return fits


def model_card(fit: ModelFit[Any]) -> dict[str, Any]:
    """A model in the answer of ``score``: parameters, sum of log-likelihood, whether it is identified."""
    values = {name: number(value) for name, value in asdict(fit.parameters).items()}
    unit = values.pop("unit_days", None)
    card: dict[str, Any] = {
        **values,
        "log_likelihood": number(fit.log_likelihood),
        "identified": fit.identified,
        "reason": fit.reason,
        "customers": fit.customers,
        "repeat_customers": fit.repeat_customers,
    }
    if unit is not None:
        card["time_unit"] = time_unit(unit)
    return card


def time_unit(days: float) -> str:
    """The unit of α, recency and T, in a word."""
    return FULL_NAMES.get(round(days), f"{days:g} days")


def number(value: float) -> float | None:
    """JSON knows no NaN."""
    return None if value is None or math.isnan(value) else float(value)


PURCHASE_MODELS: dict[str, type[BgNbdParameters]] = {"bg_nbd": BgNbdParameters, "mbg_nbd": MbgNbdParameters}
"""The models of purchases that scores may go by: policy `models.purchases` chooses."""


@dataclass(frozen=True)
class Parameters:
    """What shards need of the fits; None where a model is not identified."""

    unit_days: float
    model: str
    purchases: BgNbdParameters | None
    gamma_gamma: GammaGammaParameters | None

    @classmethod
    def of(cls, fits: dict[str, ModelFit[Any]], rules: Rules) -> Parameters:
        model = str(rules.values["models.purchases"])
        purchases, gg = fits[model], fits["gamma_gamma"]
        return cls(
            rules.number("models.time_unit_days"),
            model,
            purchases.parameters if purchases.identified else None,
            gg.parameters if gg.identified else None,
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, plan: dict[str, Any]) -> Parameters:
        model, purchases, gg = plan["model"], plan["purchases"], plan["gamma_gamma"]
        return cls(
            plan["unit_days"],
            model,
            None if purchases is None else PURCHASE_MODELS[model](**purchases),
            None if gg is None else GammaGammaParameters(**gg),
        )


def lifetime_columns(states: Frame, day: int, parameters: Parameters, rules: Rules) -> dict[str, Array]:
    """Columns of CustomerScore that come from the lifetime models; NaN where a model has nothing to say."""
    chosen = buyers(states, day)
    history, unit = chosen.history, parameters.unit_days
    found = {
        "recency": history.recency_days / unit,
        "t": history.age_days / unit,
        "monetary_value": np.where(history.frequency > 0, chosen.monetary_value, np.nan),
        **_outlook(chosen, parameters, rules),
    }
    columns = {name: _spread(values, chosen.places, len(states)) for name, values in found.items()}
    columns["frequency"] = np.where(states["first_order_on"] == NO_DAY, -1, states["order_days"] - 1)
    return columns


def _outlook(chosen: Buyers, parameters: Parameters, rules: Rules) -> dict[str, FloatArray]:
    nothing = np.full(len(chosen.places), np.nan)
    bought = parameters.purchases
    if bought is None or len(chosen.places) == 0:
        return {"p_alive": nothing, "expected_90d": nothing, "return_12m": nothing, "clv": nothing}
    discount = rules.number("value.discount_a_month")
    quarter, year = Horizon(QUARTER_DAYS, 3, discount), Horizon(YEAR_DAYS, MONTHS, discount)
    ahead = outlook(bought, chosen.history, (quarter, year))
    shown, _words = shown_p_alive(bought, chosen.history)
    clv = nothing
    if parameters.gamma_gamma is not None:
        worth = mean_order_value(parameters.gamma_gamma, chosen.history.frequency, chosen.monetary_value)
        clv = lifetime_value(ahead.discounted_purchases[1], worth, rules.number("value.margin"))
    return {
        "p_alive": shown,
        "expected_90d": ahead.expected_purchases[0],
        "return_12m": chance_of_return(bought, chosen.history, ahead.p_alive, YEAR_DAYS),
        "clv": clv,
    }


def chance_of_return(
    parameters: BgNbdParameters, history: PurchaseHistory, p_alive: FloatArray, days: float
) -> FloatArray:
    """Chance of at least one purchase in the next `days`.

    A living customer's rate is Gamma(r + x, α + T) and nobody leaves between purchases (Fader, Hardie & Lee 2005,
    section 2), so no purchase has the chance ((α+T) ÷ (α+T+t))^(r+x).
    """
    age = parameters.alpha + history.age_days / parameters.unit_days
    none: FloatArray = (age / (age + days / parameters.unit_days)) ** (parameters.r + history.frequency)
    return p_alive * (1 - none)


def _spread(values: FloatArray, places: Array, size: int) -> FloatArray:
    whole = np.full(size, np.nan)
    whole[places] = values
    return whole
