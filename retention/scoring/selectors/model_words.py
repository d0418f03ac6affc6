"""What a fitted model says of itself, in plain words."""

from __future__ import annotations

import math

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.common import formats
from retention.scoring.models import ScoreModel
from retention.scoring.rules import Rules
from retention.scoring.selectors.renewal_words import is_of_renewals, renewal_fit_words, renewal_model_name

SYMBOLS = {"alpha": "α", "beta": "β"}
NAMES = ("r", "alpha", "a", "s", "b", "beta", "p", "q", "v", "c")
"""Parameters in the order of their errors, which is that of the fields; JSON in the database keeps none."""
MODEL_NAMES: dict[str, Promise] = {
    "bg_nbd": gettext_lazy("How often they buy, and whether they stopped (BG/NBD)"),
    "mbg_nbd": gettext_lazy("The same, where one may also stop after the first purchase (MBG/NBD)"),
    "pareto_nbd": gettext_lazy("The same by another model, for comparison (Pareto/NBD)"),
    "gamma_gamma": gettext_lazy("What a purchase is worth (Gamma-Gamma)"),
}


def model_name(model: ScoreModel) -> str:
    """The model's name on screen."""
    if is_of_renewals(model):
        return renewal_model_name(model)
    return str(MODEL_NAMES.get(model.name, model.name))


def fit_words(model: ScoreModel, rules: Rules) -> str:
    """Whether the data pin the model down; if not, why no number of it is shown."""
    if is_of_renewals(model):
        return renewal_fit_words(model, rules)
    least_customers, least_repeat = rules.minimum.customers, rules.minimum.repeat_customers
    if model.identified:
        known = [error for error in model.relative_errors if error is not None]
        words = {"customers": formats.number(model.customers), "error": formats.share(max(known, default=0), 0)}
        return (
            _("Identified from %(customers)s customers; its least certain parameter is known to ± %(error)s.") % words
        )
    if model.customers < least_customers:
        return _("Not fitted: %(have)s customers of the %(need)s it needs.") % {
            "have": formats.number(model.customers),
            "need": formats.number(least_customers),
        }
    if model.repeat_customers < least_repeat:
        return _("Not fitted: %(have)s customers bought again, of the %(need)s it needs.") % {
            "have": formats.number(model.repeat_customers),
            "need": formats.number(least_repeat),
        }
    if "leave" in model.reason:
        return _("Not identified: in these data nobody is seen to leave, so the chance of it can’t be told.")
    if "same" in model.reason:
        return _("Not identified: every customer spends the same.")
    if "limit" in model.reason:
        return _("Not identified: the best fit runs away to a limit.")
    return _("Not identified: these data don’t pin its parameters down.")


def parameters_in_order(model: ScoreModel) -> list[tuple[str, float]]:
    """Names and values as the papers write them: r, α, a, b."""
    return [(name, model.parameters[name]) for name in NAMES if name in model.parameters]


def parameter_line(model: ScoreModel) -> str:
    """The parameters on one line, as the papers order them."""
    parts = [
        f"{SYMBOLS.get(name, name)} {formats.number(value, 4 if abs(value) < 10 else 2)}"
        for name, value in parameters_in_order(model)
        if isinstance(value, int | float) and not math.isnan(value)
    ]
    return " · ".join(parts)
