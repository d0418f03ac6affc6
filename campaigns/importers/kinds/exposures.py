"""Exposures: which arm of which experiment a customer met, and when.

What counts is the first arm by `exposed_at`, whatever the order of rows and files; each further arm is a conflict.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from campaigns.importers.naming import (
    CUSTOMER_COLUMN,
    EXPERIMENT_COLUMN,
    EXPERIMENTS,
    make_table,
    refuse_own,
    resolve_experiments,
)
from retention.customers.importers.registry import Column, ColumnType, Importer, Outcome, register
from retention.customers.importers.stage import CUSTOMERS, ROWS, Stage

GIVEN, BEFORE, AFTER = "import_given", "import_before", "import_after"
_SAME = "experiment_id, customer_id, arm_id"


def apply_exposures(stage: Stage) -> Outcome:
    """Rows of one customer and arm are one thing: the earliest counts, and the last says whether it is withdrawn."""
    refuse_own(stage)
    stage.resolve_customers()
    stage.refresh_created()
    total = stage.number(f"SELECT count(*) FROM {ROWS}")
    resolve_experiments(stage)
    _make_arms(stage)
    _make_given(stage)
    _make_before(stage)
    _make_after(stage)
    kept = _count_changed(stage)
    if kept:
        _write(stage)
    return Outcome(kept, total - kept)


def _make_arms(stage: Stage) -> None:
    stage.execute(
        f"""
        INSERT INTO campaigns_arm (experiment_id, name, position, is_control)
        SELECT n.experiment_id, n.name,
               least(n.ordinal + (SELECT count(*) FROM campaigns_arm a WHERE a.experiment_id = n.experiment_id), 9999),
               false
        FROM (
            SELECT x.experiment_id, s.arm AS name,
                   row_number() OVER (PARTITION BY x.experiment_id ORDER BY s.arm) - 1 AS ordinal
            FROM {ROWS} s JOIN {EXPERIMENTS} x ON x.name = s.experiment GROUP BY x.experiment_id, s.arm
        ) n
        ON CONFLICT (experiment_id, name) DO NOTHING
        """
    )


def _make_given(stage: Stage) -> None:
    """One row for each customer and arm of the file."""
    make_table(
        stage,
        GIVEN,
        f"""
        SELECT x.experiment_id, c.customer_id, a.id AS arm_id,
               bool_or(s.deleted IS TRUE) FILTER (WHERE s.last) AS gone, min(s.exposed_at) AS exposed_at,
               (array_agg(s.extra ORDER BY s.exposed_at, s.line))[1] AS properties, min(s.line) AS line
        FROM (
            SELECT r.*, r.line = max(r.line) OVER (PARTITION BY r.experiment, r.customer, r.arm) AS last FROM {ROWS} r
        ) s
        JOIN {CUSTOMERS} c ON c.ref = s.customer
        JOIN {EXPERIMENTS} x ON x.name = s.experiment
        JOIN campaigns_arm a ON a.experiment_id = x.experiment_id AND a.name = s.arm
        GROUP BY x.experiment_id, c.customer_id, a.id
        """,
    )


def _make_before(stage: Stage) -> None:
    """What is held on the customers of the file, in these experiments."""
    touched = f"IN (SELECT experiment_id, customer_id FROM {GIVEN})"
    make_table(
        stage,
        BEFORE,
        f"""
        SELECT {_SAME}, exposed_at, properties, true AS first FROM campaigns_exposure
        WHERE NOT withdrawn AND (experiment_id, customer_id) {touched}
        UNION ALL
        SELECT {_SAME}, exposed_at, NULL::jsonb, false FROM campaigns_exposureconflict
        WHERE (experiment_id, customer_id) {touched}
        """,
    )


def _make_after(stage: Stage) -> None:
    """What has to be held on them; place 1 is the exposure, the others are conflicts."""
    make_table(
        stage,
        AFTER,
        f"""
        SELECT {_SAME}, exposed_at, properties,
               row_number() OVER (PARTITION BY experiment_id, customer_id ORDER BY exposed_at, new, line, arm_id)
                   AS place
        FROM (
            SELECT {_SAME},
                   least(b.exposed_at, g.exposed_at) AS exposed_at,
                   CASE WHEN b.exposed_at IS NULL OR g.exposed_at <= b.exposed_at THEN g.properties
                        ELSE coalesce(b.properties, '{{}}'::jsonb) END AS properties,
                   b.exposed_at IS NULL AS new, coalesce(g.line, 0) AS line
            FROM {BEFORE} b FULL JOIN {GIVEN} g USING ({_SAME})
            WHERE g.gone IS NOT TRUE
        ) t
        """,
    )


def _count_changed(stage: Stage) -> int:
    return stage.number(
        f"""
        SELECT count(*) FROM {GIVEN} g LEFT JOIN {BEFORE} b USING ({_SAME})
        WHERE CASE WHEN g.gone THEN b.exposed_at IS NOT NULL
                   ELSE b.exposed_at IS NULL OR g.exposed_at < b.exposed_at
                        OR (b.first AND g.exposed_at = b.exposed_at AND g.properties <> b.properties) END
        """
    )


def _write(stage: Stage) -> None:
    stage.execute(
        f"DELETE FROM campaigns_exposureconflict t USING {BEFORE} b"
        " WHERE NOT b.first"
        " AND (t.experiment_id, t.customer_id, t.arm_id) = (b.experiment_id, b.customer_id, b.arm_id)"
        f" AND NOT EXISTS (SELECT FROM {AFTER} a WHERE a.place > 1 AND (a.experiment_id, a.customer_id, a.arm_id)"
        " = (b.experiment_id, b.customer_id, b.arm_id))"
    )
    stage.execute(
        f"UPDATE campaigns_exposure t SET withdrawn = true FROM {BEFORE} b"
        " WHERE b.first AND (t.experiment_id, t.customer_id) = (b.experiment_id, b.customer_id)"
        f" AND NOT EXISTS (SELECT FROM {AFTER} a WHERE (a.experiment_id, a.customer_id)"
        " = (b.experiment_id, b.customer_id))"
    )
    stage.execute(
        f"""
        INSERT INTO campaigns_exposure AS t ({_SAME}, exposed_at, recorded_at, properties, withdrawn)
        SELECT {_SAME}, exposed_at, %(now)s, properties, false FROM {AFTER} WHERE place = 1 ORDER BY {_SAME}
        ON CONFLICT (experiment_id, customer_id) DO UPDATE
        SET arm_id = excluded.arm_id, exposed_at = excluded.exposed_at, properties = excluded.properties,
            recorded_at = excluded.recorded_at, withdrawn = false
        WHERE t.withdrawn OR (t.arm_id, t.exposed_at, t.properties)
              IS DISTINCT FROM (excluded.arm_id, excluded.exposed_at, excluded.properties)
        """
    )
    stage.execute(
        f"""
        INSERT INTO campaigns_exposureconflict AS t ({_SAME}, exposed_at, recorded_at)
        SELECT {_SAME}, exposed_at, %(now)s FROM {AFTER} WHERE place > 1 ORDER BY {_SAME}
        ON CONFLICT (experiment_id, customer_id, arm_id) DO UPDATE SET exposed_at = excluded.exposed_at
        WHERE t.exposed_at <> excluded.exposed_at
        """
    )
    stage.execute(
        f"""
        UPDATE campaigns_experiment e SET started_at = m.first
        FROM (SELECT experiment_id, min(exposed_at) AS first FROM {AFTER} GROUP BY experiment_id) m
        WHERE e.id = m.experiment_id AND (e.started_at IS NULL OR e.started_at > m.first)
        """
    )


EXPOSURES = register(
    Importer(
        kind="exposures",
        tables=("campaigns_exposure", "campaigns_exposureconflict"),
        label=_("Exposures"),
        help=_("Which arm of an experiment a customer met, held-out ones too."),
        deletable=True,
        apply=apply_exposures,
        columns=(
            EXPERIMENT_COLUMN,
            CUSTOMER_COLUMN,
            Column(
                "arm",
                ColumnType.TEXT,
                _("Arm"),
                required=True,
                max_length=120,
                synonyms=("variant", "variation", "group", "segment", "treatment", "实验组", "分组", "组别"),
            ),
            Column(
                "exposed_at",
                ColumnType.DATETIME,
                _("Exposed at"),
                required=True,
                synonyms=("assigned_at", "timestamp", "time", "date", "进组时间", "分组时间", "日期"),
            ),
        ),
    )
)
