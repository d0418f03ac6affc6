"""Whether a model may be trusted, in plain words: not identified, off in the holdout, or against its assumptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from retention.common import formats
from retention.scoring.models import ScoreModel
from retention.scoring.rules import Rules
from retention.scoring.selectors.model_words import fit_words

LEAST_HAPPENED = 50
"""Purchases or renewals in a holdout under which being off by a quarter may be chance."""


@dataclass(frozen=True)
class Verdict:
    """`tone` of the badge (good, warn or bad), its word, and why."""

    tone: str
    word: str
    sentences: list[str]


def verdict(model: ScoreModel, rules: Rules) -> Verdict:
    """The gravest finding decides; everything found is said."""
    said, correlation = [fit_words(model, rules)], _correlation(model, rules)
    if not model.identified:
        said += [correlation[1]] if correlation is not None and correlation[0] == "bad" else []
        return Verdict("bad", _("not to be trusted"), [*said, _("None of its numbers is shown or used.")])
    findings = [finding for finding in (correlation, _holdout(model, rules)) if finding is not None]
    said += [sentence for _tone, sentence in findings]
    tones = {tone for tone, _sentence in findings}
    if "bad" in tones:
        return Verdict("bad", _("not to be trusted"), said)
    if "warn" in tones:
        return Verdict("warn", _("trust with care"), said)
    return Verdict("good", _("can be trusted"), said)


Finding = tuple[str, str]
"""Tone and sentence."""


def _correlation(model: ScoreModel, rules: Rules) -> Finding | None:
    found, limit = model.details.get("correlation"), rules.number("models.correlation_limit")
    if found is None:
        return None
    words = {"found": formats.number(found, 2), "limit": formats.number(limit, 2)}
    if abs(found) >= limit:
        return "bad", _(
            "What people spend goes with how often they buy: the correlation is %(found)s, at most %(limit)s is "
            "borne. The values of those who buy often are off."
        ) % words
    return "good", _(
        "What people spend hardly goes with how often they buy (correlation %(found)s, at most %(limit)s), as the "
        "model takes for granted."
    ) % words


def _holdout(model: ScoreModel, rules: Rules) -> Finding | None:
    held: dict[str, Any] = model.holdout
    if model.name == "gamma_gamma":
        return None
    if not held:
        return "warn", _("Its forecast has not been checked yet.")
    if not held.get("identified"):
        return "warn", _("Its forecast can’t be checked: before the holdout too little was known for a fit.")
    gap, limit = held["predicted"] / held["actual"] - 1 if held["actual"] else 0.0, rules.number("models.forecast_gap")
    words = {
        "predicted": formats.number(held["predicted"]),
        "actual": formats.number(held["actual"]),
        "gap": formats.share(abs(gap), 0),
        "limit": formats.share(limit, 0),
    }
    if held["actual"] < LEAST_HAPPENED:
        return "warn", _(
            "In the holdout too little happened to tell: %(predicted)s forecast, %(actual)s happened."
        ) % words
    if abs(gap) > limit:
        return "warn", _(
            "In the holdout it forecast %(predicted)s where %(actual)s happened: %(gap)s off, more than the %(limit)s "
            "that is borne. Go by its ranking, not by its sums."
        ) % words
    return "good", _("In the holdout it forecast %(predicted)s where %(actual)s happened: %(gap)s off.") % words
