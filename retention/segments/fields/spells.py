"""Stays in pools: the one that lasts, and earlier ones, as they stood on the day."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.scoring.enums import MoveReason, Pool
from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields.base import Field, Param, Source

POOL = Param("pool", _("pool"), "choice", default="lost", choices=dict(Pool.choices))
DAYS = Param("days", _("days"), "integer", default=365, minimum=1)

STAY = Source(
    "pool_stay",
    """
    SELECT p.customer_id, p.entered_on, p.reason, NULLIF(p.came_from, '') AS came_from FROM scoring_poolspell p
    WHERE p.entered_on <= %(as_of)s::date AND (p.left_on IS NULL OR p.left_on > %(as_of)s::date)""",
)
STAYS = Source(
    "pool_stays",
    """
    SELECT p.customer_id, count(*) FILTER (WHERE p.entered_on > %(as_of)s::date - %(days)s::int) AS entries,
           sum(LEAST(p.left_on, %(as_of)s::date + 1)
               - GREATEST(p.entered_on, %(as_of)s::date - %(days)s::int + 1)) AS days
    FROM scoring_poolspell p
    WHERE p.pool = %(pool)s AND p.entered_on <= %(as_of)s::date
      AND (p.left_on IS NULL OR p.left_on > %(as_of)s::date - %(days)s::int + 1)
    GROUP BY p.customer_id""",
    (POOL, DAYS),
)
EXIT = Source(
    "pool_exit",
    """
    SELECT DISTINCT ON (p.customer_id) p.customer_id, p.left_on, n.reason
    FROM scoring_poolspell p
    JOIN scoring_poolspell n ON n.customer_id = p.customer_id AND n.entered_on = p.left_on
    WHERE p.pool = %(pool)s AND p.left_on <= %(as_of)s::date
    ORDER BY p.customer_id, p.left_on DESC""",
    (POOL,),
)
_G, _N, _C = FieldGroup.SCORE, FieldType.NUMBER, FieldType.CHOICE
FIELDS = (
    Field("days_in_pool", _("days in the pool"), _N, "%(as_of)s::date - {s}.entered_on", _G, STAY, unit=_("days")),
    Field(
        "pool_reason",
        _("why the customer came into the pool"),
        _C,
        "{s}.reason",
        _G,
        STAY,
        choices=dict(MoveReason.choices),
    ),
    Field("pool_came_from", _("pool before this one"), _C, "{s}.came_from", _G, STAY, choices=dict(Pool.choices)),
    Field(
        "was_in_pool",
        _("was in pool {pool} within {days} days"),
        FieldType.BOOLEAN,
        "{s}.customer_id IS NOT NULL",
        _G,
        STAYS,
    ),
    Field("pool_entries", _("entries into pool {pool} in {days} days"), _N, "COALESCE({s}.entries, 0)", _G, STAYS),
    Field("pool_days", _("days in pool {pool} in {days} days"), _N, "COALESCE({s}.days, 0)", _G, STAYS),
    Field(
        "pool_exit_reason",
        _("why the customer last left pool {pool}"),
        _C,
        "{s}.reason",
        _G,
        EXIT,
        choices=dict(MoveReason.choices),
    ),
    Field(
        "pool_exit_days",
        _("days since leaving pool {pool}"),
        _N,
        "%(as_of)s::date - {s}.left_on",
        _G,
        EXIT,
        unit=_("days"),
    ),
)
