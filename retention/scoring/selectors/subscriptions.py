"""What running contracts and paid memberships are still worth, by the models of renewals of a run.

Computed when read, from what runs as of the run's day: each expected renewal × the price of a term × the margin,
discounted to that day. The interval is the models' 95 % of the expectation; one contract scatters far wider.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from retention.scoring.frames.renewals import Columns, running_terms_of
from retention.scoring.models import ScoreModel, ScoreRun
from retention.scoring.moment import EPOCH, Moment
from retention.scoring.rules import Rules
from retention.scoring.science.arrays import FloatArray, IntArray
from retention.scoring.science.renewal_terms import DAYS_A_MONTH, TERM_LENGTHS, TermLength
from retention.scoring.science.renewal_value import residual_renewals
from retention.scoring.science.renewals import RenewalFit, RenewalParameters, survival
from retention.scoring.services.plan import moment_of
from retention.scoring.services.renewals import PREFIX
from tenants.context import current_tenant


@dataclass(frozen=True)
class Worth:
    """Money with the 95 % interval of its expectation; None is not known."""

    value: float | None
    low: float | None
    high: float | None


NOTHING = Worth(None, None, None)


@dataclass(frozen=True)
class RunningTerm:
    """One contract or membership that runs: its length of term, how often it was renewed, and what is still to come.

    `chance` is that of its next renewal; `reason` says why there is none where its model is not identified.
    """

    term: str
    renewals: int
    ends_on: date
    amount: float | None
    chance: float | None
    worth: Worth
    reason: str


def running_of(run: ScoreRun, *, customer: int | None = None, account: int | None = None) -> list[RunningTerm]:
    """What runs of one customer or account, the first end first."""
    customers, accounts = ([] if key is None else [key] for key in (customer, account))
    rows = running_terms_of(_moment(run), _rules(run).renewal_grace, customers=customers, accounts=accounts)
    ahead, reasons = _ahead(run, rows), _reasons(run)
    columns = (rows["term"], rows["renewals"], rows["ends_on"], rows["amount"], *ahead)
    return [
        RunningTerm(
            TERM_LENGTHS[place].name,
            renewals,
            EPOCH + timedelta(days=ends),
            _known(amount),
            _known(chance),
            Worth(_known(value), _known(low), _known(high)),
            reasons.get(TERM_LENGTHS[place].name, ""),
        )
        for place, renewals, ends, amount, chance, value, low, high in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]


def total_worth(running: Sequence[RunningTerm]) -> Worth:
    """The sum of what is known; NOTHING where nothing is."""
    known = [one.worth for one in running if one.worth.value is not None]
    if not known:
        return NOTHING
    return Worth(*(sum(getattr(worth, name) for worth in known) for name in ("value", "low", "high")))


def worth_by_customer(run: ScoreRun, customers: Sequence[int]) -> dict[int, Worth]:
    """What the running terms of these customers are worth; who has none of a known worth is left out."""
    rows = running_terms_of(_moment(run), _rules(run).renewal_grace, customers=customers)
    _chance, *worths = _ahead(run, rows)
    known = (rows["customer_id"] > 0) & ~np.isnan(worths[0])
    who, place = np.unique(rows["customer_id"][known], return_inverse=True)
    sums = [np.bincount(place, one[known], len(who)).tolist() for one in worths]
    return {key: Worth(*worth) for key, *worth in zip(who.tolist(), *sums, strict=True)}


Ahead = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
"""Chance of the next renewal, value, and its interval."""


def _ahead(run: ScoreRun, rows: Columns) -> Ahead:
    chance, value, low, high = (np.full(len(rows["term"]), np.nan) for _part in range(4))
    fits = {model.name.removeprefix(PREFIX): _fit(model) for model in _models(run) if model.identified}
    for place, term in enumerate(TERM_LENGTHS):
        mine = np.flatnonzero(rows["term"] == place)
        if len(mine) and term.name in fits:
            days_left = np.maximum(rows["ends_on"][mine] - _moment(run).day, 0)
            found = _of_term(fits[term.name], term, rows["renewals"][mine], days_left, _rules(run))
            chance[mine] = found[0]
            value[mine], low[mine], high[mine] = (rows["amount"][mine] * one for one in found[1:])
    return chance, value, low, high


def _of_term(fit: RenewalFit, term: TermLength, renewals: IntArray, days_left: IntArray, rules: Rules) -> Ahead:
    """As `Ahead`, per unit of price."""
    a_month = rules.number("value.discount_a_month")
    ahead = residual_renewals(fit, renewals, max(term.discount(a_month), LEAST_DISCOUNT))
    now = rules.number("value.margin") * (1 + a_month) ** (-days_left / DAYS_A_MONTH)
    chance = survival(fit.parameters, renewals + 1) / survival(fit.parameters, renewals)
    return chance, now * ahead.expected, now * ahead.low, now * ahead.high


LEAST_DISCOUNT = 1e-4
"""Of a term: without any discount what is expected of the most faithful may be endless."""


def _fit(model: ScoreModel) -> RenewalFit:
    covariance = tuple(tuple(row) for row in model.details["covariance"])
    return RenewalFit(
        RenewalParameters(**model.parameters),
        model.log_likelihood or np.nan,
        model.customers,
        model.repeat_customers,
        tuple(model.relative_errors),
        model.identified,
        model.reason,
        covariance,
    )


def _models(run: ScoreRun) -> list[ScoreModel]:
    return list(run.models.filter(name__startswith=PREFIX))


def _reasons(run: ScoreRun) -> dict[str, str]:
    return {model.name.removeprefix(PREFIX): model.reason for model in _models(run)}


def _moment(run: ScoreRun) -> Moment:
    return moment_of(run, current_tenant().timezone)


def _rules(run: ScoreRun) -> Rules:
    return Rules.of(run.plan["rules"])


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
