"""What the score run of the day says. Without a run of that day these are not known."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.customers.enums import Clock
from retention.scoring.enums import FalseChurn, HealthBand, Pool, Stage, Tier
from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields.base import SHARE_HELP, Choices, Field, Label, Param, Source
from retention.segments.fields.orders import categories
from retention.segments.fields.sql import RUN

_SINCE = "(%(as_of)s::date - sc.as_of)"
_GROWN = f"COALESCE({_SINCE} / sc.threshold_days, 0)"


def _lived(clock: str) -> str:
    """r of a clock as of the day: of whom a refresh did not restate, silence has only gone on."""
    silence, r = f"sc.{clock}_silence", f"sc.{clock}_r"
    return (
        f"CASE WHEN {silence} > 0 THEN {r} * (1 + {_SINCE}::float8 / {silence})"
        f" WHEN sc.clock = '{clock}' THEN {r} + {_GROWN} ELSE {r} END AS {clock}_r_now"
    )


SCORES = Source(
    "scores",
    f"""
    SELECT sc.*, sc.r + {_GROWN} AS r_now, {_lived("purchase")}, {_lived("visit")}
    FROM scoring_customerscore sc WHERE sc.run_id = {RUN}""",  # noqa: S608
)
LEFT_SILENCE = Source(
    "left_silence",
    """
    SELECT p.customer_id, max(p.left_on) AS left_on
    FROM scoring_poolspell p
    WHERE p.pool IN ('hibernating', 'lost') AND p.left_on <= %(as_of)s::date AND NOT EXISTS (
        SELECT 1 FROM scoring_poolspell n
        WHERE n.customer_id = p.customer_id AND n.entered_on = p.left_on AND n.pool IN ('hibernating', 'lost', 'gone')
    )
    GROUP BY p.customer_id""",
)
_N, _C = FieldType.NUMBER, FieldType.CHOICE


def _score(
    code: str,
    label: Label,
    kind: FieldType,
    sql: str = "",
    *,
    choices: Choices | None = None,
    unit: Label = "",
    help: Label = "",
) -> Field:
    expression = sql or f"{{s}}.{code}"
    return Field(code, label, kind, expression, FieldGroup.SCORE, SCORES, choices=choices or {}, unit=unit, help=help)


FIELDS = (
    _score("pool", _("pool"), _C, "NULLIF({s}.pool, '')", choices=dict(Pool.choices)),
    _score("stage", _("stage"), _C, "NULLIF({s}.stage, '')", choices=dict(Stage.choices)),
    _score("tier", _("value tier"), _C, "NULLIF({s}.tier, '')", choices=dict(Tier.choices)),
    _score("high_value", _("high value"), FieldType.BOOLEAN),
    _score("r_score", _("R score (1–5)"), _N),
    _score("f_score", _("F score (1–5)"), _N),
    _score("m_score", _("M score (1–5)"), _N),
    _score("clock", _("clock"), _C, choices=dict(Clock.choices)),
    _score("silent", _("silent for longer than their category’s threshold"), FieldType.BOOLEAN, "{s}.r_now >= 1"),
    _score("r", _("silence ÷ threshold (r)"), _N, "{s}.r_now"),
    _score("purchase_r", _("silence ÷ threshold on purchases"), _N, "{s}.purchase_r_now"),
    _score("visit_r", _("silence ÷ threshold on visits"), _N, "{s}.visit_r_now"),
    _score("threshold_days", _("own silence threshold"), _N, unit=_("days")),
    _score(
        "main_category",
        _("main category"),
        _C,
        "(SELECT k.code FROM customers_category k WHERE k.id = {s}.category_id)",
        choices=categories,
    ),
    _score("false_churn", _("false churn"), FieldType.BOOLEAN, "{s}.false_churn <> ''"),
    Field(
        "false_churn_by",
        _("false churn: {evidence}"),
        FieldType.BOOLEAN,
        "%(evidence)s = ANY(string_to_array({s}.false_churn, ','))",
        FieldGroup.SCORE,
        SCORES,
        (Param("evidence", _("evidence"), "choice", default="cart", choices=dict(FalseChurn.choices)),),
    ),
    _score("health", _("health"), _N),
    _score("health_band", _("health band"), _C, "NULLIF({s}.health_band, '')", choices=dict(HealthBand.choices)),
    _score("p_alive", _("probability alive"), _N, help=SHARE_HELP),
    _score("expected_90d", _("purchases expected in 90 days"), _N),
    _score("return_12m", _("chance of return in 12 months"), _N, help=SHARE_HELP),
    _score("clv", _("lifetime value"), _N),
    _score("churn_probability", _("churn probability"), _N, help=SHARE_HELP),
    Field(
        "days_since_return",
        _("days since leaving hibernating or lost"),
        _N,
        "%(as_of)s::date - {s}.left_on",
        FieldGroup.SCORE,
        LEFT_SILENCE,
        unit=_("days"),
    ),
)
