"""Outcomes: what was counted of a customer in an experiment, one number a row."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.importers.naming import (
    CUSTOMER_COLUMN,
    EXPERIMENT_COLUMN,
    EXPERIMENTS,
    make_table,
    resolve_experiments,
)
from retention.customers.importers.registry import Column, ColumnType, Importer, Outcome, register
from retention.customers.importers.stage import CUSTOMERS, ROWS, Stage

GIVEN = "import_given"
_VALUES = "experiment_id, customer_id, metric, value, occurred_at, properties"


def apply_outcomes(stage: Stage) -> Outcome:
    """New ids are inserted, known ones with other content are changed; of one id twice the last row counts."""
    stage.derive_ids()
    _refuse_unknown_withdrawals(stage)
    stage.resolve_customers()
    stage.refresh_created()
    resolve_experiments(stage)
    total = stage.number(f"SELECT count(*) FROM {ROWS}")
    make_table(
        stage,
        GIVEN,
        f"""
        SELECT DISTINCT ON (s.outcome_id) s.outcome_id, x.experiment_id, c.customer_id, s.metric, s.value,
               s.occurred_at, s.extra AS properties, s.deleted IS TRUE AS withdrawn
        FROM {ROWS} s LEFT JOIN {CUSTOMERS} c ON c.ref = s.customer LEFT JOIN {EXPERIMENTS} x ON x.name = s.experiment
        ORDER BY s.outcome_id, s.line DESC
        """,
    )
    kept = _withdraw(stage) + _insert(stage) + _change(stage)
    return Outcome(kept, total - kept)


def _refuse_unknown_withdrawals(stage: Stage) -> None:
    stage.refuse(
        "s.deleted AND (s.experiment IS NULL OR s.customer IS NULL OR s.metric IS NULL OR s.value IS NULL"
        " OR s.occurred_at IS NULL)"
        " AND NOT EXISTS (SELECT FROM campaigns_outcome o WHERE o.outcome_id = s.outcome_id)",
        column="outcome_id",
        value="s.outcome_id",
        reason=gettext("There is nothing with this id to withdraw."),
        mend=gettext("Check the id, or leave the row out."),
    )


def _withdraw(stage: Stage) -> int:
    return stage.execute(
        f"UPDATE campaigns_outcome o SET withdrawn = true FROM {GIVEN} g"
        " WHERE o.outcome_id = g.outcome_id AND g.withdrawn AND NOT o.withdrawn"
    )


def _change(stage: Stage) -> int:
    before = ", ".join(f"o.{name}" for name in _VALUES.split(", "))
    after = ", ".join("round(g.value, 6)" if name == "value" else f"g.{name}" for name in _VALUES.split(", "))
    return stage.execute(
        f"UPDATE campaigns_outcome o SET ({_VALUES}, withdrawn, recorded_at) = ({after}, false, %(now)s)"
        f" FROM {GIVEN} g WHERE o.outcome_id = g.outcome_id AND NOT g.withdrawn"
        f" AND (o.withdrawn OR ({before}) IS DISTINCT FROM ({after}))"
    )


def _insert(stage: Stage) -> int:
    return stage.execute(
        f"INSERT INTO campaigns_outcome (outcome_id, {_VALUES}, recorded_at, withdrawn)"
        f" SELECT outcome_id, {_VALUES}, %(now)s, withdrawn FROM {GIVEN} WHERE experiment_id IS NOT NULL"
        " AND customer_id IS NOT NULL AND metric IS NOT NULL AND value IS NOT NULL AND occurred_at IS NOT NULL"
        " ORDER BY outcome_id ON CONFLICT (outcome_id) DO NOTHING"
    )


OUTCOMES = register(
    Importer(
        kind="outcomes",
        tables=("campaigns_outcome",),
        label=_("Outcomes"),
        help=_("What was counted of a customer in an experiment: one metric and one number a row."),
        id_column="outcome_id",
        deletable=True,
        apply=apply_outcomes,
        columns=(
            Column("outcome_id", ColumnType.ID, _("Outcome id"), synonyms=("id", "结果id")),
            EXPERIMENT_COLUMN,
            CUSTOMER_COLUMN,
            Column(
                "metric",
                ColumnType.TEXT,
                _("Metric"),
                required=True,
                max_length=120,
                synonyms=("metric_name", "kpi", "goal", "event", "指标", "指标名称"),
            ),
            Column("value", ColumnType.NUMBER, _("Value"), required=True, synonyms=("amount", "count", "数值", "值")),
            Column(
                "occurred_at",
                ColumnType.DATETIME,
                _("Occurred at"),
                required=True,
                synonyms=("timestamp", "time", "date", "时间", "发生时间", "日期"),
            ),
        ),
    )
)
