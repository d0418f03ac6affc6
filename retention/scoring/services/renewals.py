"""Fit the models of renewals, one per length of term, and check them on a holdout."""

from __future__ import annotations

from typing import Any

import numpy as np

from retention.scoring.frames.renewals import OTHER, Columns, renewal_counts, renewal_histories
from retention.scoring.models import ScoreModel, ScoreRun
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.scoring.science.arrays import FloatArray, IntArray
from retention.scoring.science.renewal_choice import RenewalChoice, choose_renewal_model
from retention.scoring.science.renewal_terms import TERM_BY_NAME, TERM_LENGTHS, TermLength, renewals_due
from retention.scoring.science.renewals import RenewalParameters, Renewals, survival
from retention.scoring.science.validation import check_forecast
from retention.scoring.services.checks import check_json, unfit_check
from retention.scoring.services.lifetime import number

PREFIX = "renewals."
"""How the cards of these models are named in a run, before the length of the term."""
OTHER_NAME = "other"
OTHER_REASON = "these terms are of no usual length, or run on without a column `term` that says how long one is"


def renewals_by_term(moment: Moment, rules: Rules) -> dict[str, Renewals]:
    """What was renewed and what left, by length of term; terms of other lengths are all open, under their own name."""
    counts = renewal_counts(moment, rules.renewal_grace)
    names = {place: term.name for place, term in enumerate(TERM_LENGTHS)} | {OTHER: OTHER_NAME}
    return {
        name: _counted({key: values[counts["term"] == place] for key, values in counts.items()})
        for place, name in names.items()
        if (counts["term"] == place).any()
    }


def _counted(rows: Columns) -> Renewals:
    width = int(rows["renewed"].max()) + 1
    left = np.bincount(rows["renewed"], rows["histories"] * rows["has_left"], width)
    every = np.bincount(rows["renewed"], rows["histories"], width)
    return Renewals(left.astype(np.int64), (every - left).astype(np.int64))


def fit_renewals(moment: Moment, rules: Rules) -> dict[str, tuple[Renewals, RenewalChoice]]:
    """Per length of term that occurs, what was seen and the model chosen; without those of other lengths."""
    return _fitted(renewals_by_term(moment, rules), rules)


def _fitted(found: dict[str, Renewals], rules: Rules) -> dict[str, tuple[Renewals, RenewalChoice]]:
    return {
        name: (renewals, choose_renewal_model(renewals, minimum=rules.least_renewals))
        for name, renewals in found.items()
        if name != OTHER_NAME
    }


def renewal_models(run: ScoreRun, moment: Moment, rules: Rules) -> list[ScoreModel]:
    """A card per length of term, and one that refuses what has no usual length. None where nothing runs in terms."""
    found = renewals_by_term(moment, rules)
    cards = [_card(run, name, renewals, choice) for name, (renewals, choice) in _fitted(found, rules).items()]
    return cards + ([_refused(run, found[OTHER_NAME])] if OTHER_NAME in found else [])


def _card(run: ScoreRun, name: str, renewals: Renewals, choice: RenewalChoice) -> ScoreModel:
    fit = choice.fit
    return ScoreModel(
        run=run,
        name=PREFIX + name,
        parameters={key: number(getattr(fit.parameters, key)) for key in ("alpha", "beta", "c")},
        relative_errors=[number(error) for error in fit.relative_errors],
        log_likelihood=number(fit.log_likelihood),
        identified=fit.identified,
        reason=fit.reason,
        customers=fit.customers,
        repeat_customers=fit.repeat_customers,
        details={
            "model": choice.model,
            "p_value": choice.p_value,
            "covariance": [[number(value) for value in row] for row in fit.covariance],
            "left": renewals.left.tolist(),
            "open": renewals.open.tolist(),
        },
    )


def _refused(run: ScoreRun, renewals: Renewals) -> ScoreModel:
    return ScoreModel(
        run=run,
        name=PREFIX + OTHER_NAME,
        parameters={},
        identified=False,
        reason=OTHER_REASON,
        customers=int(renewals.open.sum()),
        repeat_customers=0,
    )


def check_renewals(calibration: Moment, holdout: Moment, rules: Rules) -> dict[str, Any] | None:
    """Renewals forecast for those under contract at the calibration's end against those made, as `check_forecasts`.

    Counts ends of terms for which the grace was over by either end. The whole is the sum over the lengths of term that
    are identified; None where nothing runs in terms.
    """
    fits = fit_renewals(calibration, rules)
    if not fits:
        return None
    before, after = (renewal_histories(moment, rules.renewal_grace) for moment in (calibration, holdout))
    later = _renewed_later(before, after)
    forecasts, terms = [], {}
    for name, (_seen, choice) in fits.items():
        forecast = _forecast(TERM_BY_NAME[name], choice, before, later, holdout, rules)
        if choice.fit.identified:
            forecasts.append(forecast)
        terms[name] = _checked([forecast]) if choice.fit.identified else unfit_check(choice.fit.reason, forecast[1])
    if forecasts:
        return {**_checked(forecasts), "terms": terms}
    reasons = "; ".join(f"{name}: {one['reason']}" for name, one in terms.items())
    return {**unfit_check(reasons, later - before["renewed"]), "terms": terms}


Forecast = tuple[FloatArray, IntArray, IntArray]
"""Expected renewals, actual ones and those made before, contract by contract."""


def _forecast(
    term: TermLength, choice: RenewalChoice, before: Columns, later: IntArray, holdout: Moment, rules: Rules
) -> Forecast:
    mine = (before["term"] == TERM_LENGTHS.index(term)) & ~before["has_left"]
    renewed, until = before["renewed"][mine], holdout.day - term.grace(rules.renewal_grace) - 1
    due = renewals_due(term, before["next_end"][mine], until)
    return expected_renewals(choice.fit.parameters, renewed, due), later[mine] - renewed, renewed


def expected_renewals(parameters: RenewalParameters, renewed: IntArray, due: IntArray) -> FloatArray:
    """Σ S(k + j) ÷ S(k) over the `due` renewals j that come up, given k made."""
    if len(renewed) == 0:
        return np.empty(0)
    running = survival(parameters, np.arange(int((renewed + due).max()) + 1))
    summed = np.cumsum(running)
    return np.asarray((summed[renewed + due] - summed[renewed]) / running[renewed])


def _renewed_later(before: Columns, after: Columns) -> IntArray:
    """Renewals made by the holdout's end, history by history of `before`; as before where it is found no more."""
    if len(after["line"]) == 0:
        return before["renewed"]
    order = np.argsort(after["line"])
    lines, renewed = after["line"][order], after["renewed"][order]
    place = np.minimum(np.searchsorted(lines, before["line"]), len(lines) - 1)
    return np.where(lines[place] == before["line"], np.maximum(renewed[place], before["renewed"]), before["renewed"])


def _checked(forecasts: list[Forecast]) -> dict[str, Any]:
    expected, actual, renewed = (np.concatenate(parts) for parts in zip(*forecasts, strict=True))
    return check_json(check_forecast(expected, actual, renewed))
