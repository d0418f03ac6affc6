"""A check of a forecast as it is answered and kept."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from retention.scoring.frames.frame import Array
from retention.scoring.science.validation import ForecastCheck
from retention.scoring.services.lifetime import number


def unfit_check(reason: str, actual: Array) -> dict[str, Any]:
    """What happened, where no model is identified that could have forecast it."""
    return {
        "predicted": None,
        "actual": int(actual.sum()),
        "mae": None,
        "auc": None,
        "by_frequency": [],
        "identified": False,
        "reason": reason,
    }


def check_json(check: ForecastCheck) -> dict[str, Any]:
    """Forecast against what happened."""
    return {
        "predicted": check.predicted,
        "actual": check.actual,
        "mae": number(check.mae),
        "auc": number(check.auc),
        "by_frequency": [asdict(row) for row in check.by_frequency],
        "customers": check.customers,
        "lift": [asdict(row) for row in check.lift],
        "identified": True,
    }
