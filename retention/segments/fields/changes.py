"""How scores stand against earlier ones: pools, tiers and bands by the trail, numbers by the runs that are kept.

The trail (ScoreHistory) has a row for each run that changed a customer's pool, stage, tier or band; the latest up to
a day is what was so on it. Of the numbers only a few past runs are kept: where the day's own is gone, the health is
that of the trail, as of its last change; other numbers are compared with the run before.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from retention.scoring.enums import HealthBand, Pool, Stage, Tier
from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields.base import Field, Label, Param, Source
from retention.segments.fields.sql import RUN

DAYS = Param("days", _("days"), "integer", default=28, minimum=1)
_POOLS = "ARRAY['active', 'at_risk', 'hibernating', 'lost', 'gone']"
_BANDS = "ARRAY['risk', 'watch', 'healthy']"

BEFORE = Source(
    "scores_before",
    f"""
    SELECT h.customer_id, NULLIF(h.pool, '') AS pool, NULLIF(h.stage, '') AS stage, NULLIF(h.tier, '') AS tier,
           NULLIF(h.health_band, '') AS health_band, COALESCE(k.health, h.health) AS health,
           NULLIF(s.pool, '') AS pool_now, NULLIF(s.tier, '') AS tier_now,
           NULLIF(s.health_band, '') AS health_band_now, s.health AS health_now
    FROM (
        SELECT DISTINCT ON (t.customer_id) t.* FROM scoring_scorehistory t
        WHERE t.as_of <= %(as_of)s::date - %(days)s::int
        ORDER BY t.customer_id, t.as_of DESC
    ) h
    JOIN scoring_customerscore s ON s.customer_id = h.customer_id AND s.run_id = {RUN}
    LEFT JOIN scoring_customerscore k ON k.customer_id = h.customer_id AND k.run_id = (
        SELECT r.id FROM scoring_scorerun r
        WHERE r.as_of = %(as_of)s::date - %(days)s::int AND r.status = 'done' AND r.kind = 'full'
          AND r.known_at IS NULL AND r.policy_at IS NULL
        ORDER BY r.id DESC LIMIT 1)""",  # noqa: S608
    (DAYS,),
)
MOVES = Source(
    "score_moves",
    """
    SELECT m.customer_id, max(m.as_of) FILTER (WHERE m.tier <> m.tier_was) AS tier_on,
           max(m.as_of) FILTER (WHERE m.health_band <> m.band_was) AS band_on
    FROM (
        SELECT h.customer_id, h.as_of, h.tier, h.health_band,
               lag(h.tier) OVER w AS tier_was, lag(h.health_band) OVER w AS band_was
        FROM scoring_scorehistory h WHERE h.as_of <= %(as_of)s::date
        WINDOW w AS (PARTITION BY h.customer_id ORDER BY h.as_of)
    ) m GROUP BY m.customer_id""",
)
LAST_RUN = Source(
    "run_before",
    f"""
    SELECT s.customer_id, s.churn_probability - b.churn_probability AS churn, s.p_alive - b.p_alive AS alive,
           s.clv - b.clv AS clv, s.r - b.r AS r
    FROM scoring_customerscore s
    JOIN scoring_customerscore b ON b.customer_id = s.customer_id AND b.run_id = (
        SELECT r.id FROM scoring_scorerun r
        WHERE r.as_of < %(as_of)s::date AND r.status = 'done' AND r.kind = 'full' AND r.known_at IS NULL
          AND r.policy_at IS NULL
          AND EXISTS (SELECT FROM scoring_customerscore x WHERE x.run_id = r.id)
        ORDER BY r.as_of DESC, r.id DESC LIMIT 1)
    WHERE s.run_id = {RUN}""",  # noqa: S608
)


def _change(
    code: str, label: Label, kind: FieldType, source: Source, sql: str, choices: Mapping[str, Label] | None = None
) -> Field:
    return Field(code, label, kind, sql, FieldGroup.SCORE, source, choices=choices or {})


def _lower(order: str, column: str, sign: str) -> str:
    """Whether the place of `column` in `order` moved in the direction of `sign`; NULL where one is not known."""
    return f"array_position({order}, {{s}}.{column}_now::text) {sign} array_position({order}, {{s}}.{column}::text)"


_N, _C, _B = FieldType.NUMBER, FieldType.CHOICE, FieldType.BOOLEAN
_SINCE = _("days")
FIELDS = (
    _change("pool_before", _("pool {days} days before"), _C, BEFORE, "{s}.pool", dict(Pool.choices)),
    _change("stage_before", _("stage {days} days before"), _C, BEFORE, "{s}.stage", dict(Stage.choices)),
    _change("tier_before", _("value tier {days} days before"), _C, BEFORE, "{s}.tier", dict(Tier.choices)),
    _change(
        "band_before", _("health band {days} days before"), _C, BEFORE, "{s}.health_band", dict(HealthBand.choices)
    ),
    _change("pool_worse", _("in a worse pool than {days} days before"), _B, BEFORE, _lower(_POOLS, "pool", ">")),
    _change(
        "tier_fell",
        _("value tier fell from Key to General within {days} days"),
        _B,
        BEFORE,
        "left({s}.tier, 4) = 'key_' AND left({s}.tier_now, 8) = 'general_'",
    ),
    _change(
        "band_fell",
        _("in a lower health band than {days} days before"),
        _B,
        BEFORE,
        _lower(_BANDS, "health_band", "<"),
    ),
    _change(
        "health_change", _("health now less that of {days} days before"), _N, BEFORE, "{s}.health_now - {s}.health"
    ),
    Field(
        "tier_changed_days",
        _("days since the value tier changed"),
        _N,
        "%(as_of)s::date - {s}.tier_on",
        FieldGroup.SCORE,
        MOVES,
        unit=_SINCE,
    ),
    Field(
        "band_changed_days",
        _("days since the health band changed"),
        _N,
        "%(as_of)s::date - {s}.band_on",
        FieldGroup.SCORE,
        MOVES,
        unit=_SINCE,
    ),
    _change("churn_change", _("churn probability now less that of the run before"), _N, LAST_RUN, "{s}.churn"),
    _change("alive_change", _("probability alive now less that of the run before"), _N, LAST_RUN, "{s}.alive"),
    _change("clv_change", _("lifetime value now less that of the run before"), _N, LAST_RUN, "{s}.clv"),
    _change("r_change", _("silence ÷ threshold (r) now less that of the run before"), _N, LAST_RUN, "{s}.r"),
)
