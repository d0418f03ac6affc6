"""Scores as cells of a list."""

from __future__ import annotations

from django.utils.html import format_html

from retention.common import formats
from retention.common.tables import badge
from retention.scoring.enums import HealthBand, Pool
from retention.scoring.models import CustomerScore

POOLS, BANDS = dict(Pool.choices), dict(HealthBand.choices)
"""Words by code: a model's own ``get_…_display`` looks through all choices anew for each cell."""


def pool_cell(score: CustomerScore | None) -> str | None:
    """The pool as a badge."""
    return badge(POOLS[score.pool], score.pool) if score and score.pool else None


def health_cell(score: CustomerScore | None) -> str | None:
    """The health and its band."""
    if score is None or score.health is None:
        return None
    return format_html(
        "{} {}", formats.reached(score.health), badge(BANDS.get(score.health_band, ""), score.health_band)
    )
