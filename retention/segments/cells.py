"""Scores as cells of a list."""

from __future__ import annotations

from django.utils.html import format_html

from retention.common import formats
from retention.common.tables import badge
from retention.scoring.models import CustomerScore


def pool_cell(score: CustomerScore | None) -> str | None:
    """The pool as a badge."""
    return badge(score.get_pool_display(), score.pool) if score and score.pool else None


def health_cell(score: CustomerScore | None) -> str | None:
    """The health and its band."""
    if score is None or score.health is None:
        return None
    return format_html(
        "{} {}", formats.number(score.health), badge(score.get_health_band_display(), score.health_band)
    )
