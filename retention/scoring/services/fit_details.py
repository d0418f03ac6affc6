"""What is kept beside a fitted model so that its page can show how well it fits."""

from __future__ import annotations

from typing import Any

from retention.scoring.science.bg_nbd import BgNbdParameters
from retention.scoring.science.gamma_gamma import frequency_value_correlation
from retention.scoring.science.model_fit import ModelFit
from retention.scoring.science.purchase_counts import purchase_counts
from retention.scoring.services.lifetime import Buyers, number


def fit_details(name: str, fit: ModelFit[Any], chosen: Buyers) -> dict[str, Any]:
    """Covariance, customers by repeat purchases (actual and expected), correlation of frequency and value."""
    found: dict[str, Any] = {}
    if name == "gamma_gamma":
        found["correlation"] = number(frequency_value_correlation(chosen.history.frequency, chosen.monetary_value))
    if not fit.identified:
        return found
    if isinstance(fit.parameters, BgNbdParameters):
        counts = purchase_counts(fit.parameters, chosen.history)
        found |= {"actual": list(counts.actual), "expected": list(counts.expected), "width": counts.bars.width}
    return found | {"covariance": [list(row) for row in fit.covariance]}
