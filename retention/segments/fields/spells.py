"""Stays in pools: the one that lasts, and earlier ones, as they stood on the day.

PoolSpell tells pools by silence alone, and goes on below the time that a customer is gone for good (GoneStay). Rules
ask where customers *stood*: a spell without the days gone, which are stays of their own.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.scoring.enums import MoveReason, Pool
from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields.base import Field, Param, Source

POOL = Param("pool", _("pool"), "choice", default="lost", choices=dict(Pool.choices))
DAYS = Param("days", _("days"), "integer", default=365, minimum=1)

_STOOD = """(
        SELECT s.customer_id, s.pool, s.entered_on, s.left_on, s.reason, NULLIF(s.came_from, '') AS came_from
        FROM scoring_poolspell s
        WHERE NOT EXISTS (SELECT 1 FROM scoring_gonestay x WHERE x.customer_id = s.customer_id)
        UNION ALL
        SELECT s.customer_id, s.pool, lower(t.days), upper(t.days),
               CASE WHEN lower(t.days) = s.entered_on THEN s.reason END,
               CASE WHEN x.days @> (lower(t.days) - 1) THEN 'gone' ELSE NULLIF(s.came_from, '') END
        FROM (
            SELECT y.customer_id, range_agg(daterange(y.entered_on, y.left_on)) AS days
            FROM scoring_gonestay y GROUP BY y.customer_id
        ) x
        JOIN scoring_poolspell s ON s.customer_id = x.customer_id
        CROSS JOIN LATERAL unnest(datemultirange(daterange(s.entered_on, s.left_on)) - x.days) AS t (days)
        UNION ALL
        SELECT x.customer_id, 'gone', x.entered_on, x.left_on, NULL, (
            SELECT s.pool FROM scoring_poolspell s
            WHERE s.customer_id = x.customer_id AND s.entered_on < x.entered_on
            ORDER BY s.entered_on DESC LIMIT 1)
        FROM scoring_gonestay x
    )"""
"""Few customers are ever gone: the spells of all others are read as they are. Nothing but its rule is the reason of
*gone*, nor of what a run put back afterwards: there it is unknown."""

STAY = Source(
    "pool_stay",
    f"""
    SELECT p.customer_id, p.entered_on, p.reason, p.came_from FROM {_STOOD} p
    WHERE p.entered_on <= %(as_of)s::date AND (p.left_on IS NULL OR p.left_on > %(as_of)s::date)""",  # noqa: S608
)
STAYS = Source(
    "pool_stays",
    f"""
    SELECT p.customer_id, count(*) FILTER (WHERE p.entered_on > %(as_of)s::date - %(days)s::int) AS entries,
           sum(LEAST(p.left_on, %(as_of)s::date + 1)
               - GREATEST(p.entered_on, %(as_of)s::date - %(days)s::int + 1)) AS days
    FROM {_STOOD} p
    WHERE p.pool = %(pool)s AND p.entered_on <= %(as_of)s::date
      AND (p.left_on IS NULL OR p.left_on > %(as_of)s::date - %(days)s::int + 1)
    GROUP BY p.customer_id""",  # noqa: S608
    (POOL, DAYS),
)
EXIT = Source(
    "pool_exit",
    f"""
    SELECT DISTINCT ON (p.customer_id) p.customer_id, p.left_on, n.reason
    FROM {_STOOD} p
    JOIN {_STOOD} n ON n.customer_id = p.customer_id AND n.entered_on = p.left_on
    WHERE p.pool = %(pool)s AND p.left_on <= %(as_of)s::date
    ORDER BY p.customer_id, p.left_on DESC""",  # noqa: S608
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
