"""Columns that both kinds share, and the experiments that their rows name."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.common.ids import UUID7_SQL
from retention.customers.importers.registry import Column, ColumnType
from retention.customers.importers.stage import ROWS, Stage

EXPERIMENTS = "import_experiments"
"""Temporary table (name, experiment_id) of the experiments that the staged rows name."""

EXPERIMENT_COLUMN = Column(
    "experiment",
    ColumnType.TEXT,
    gettext_lazy("Experiment"),
    required=True,
    synonyms=("experiment_name", "test", "trial", "campaign", "实验", "实验名称", "活动"),
)
CUSTOMER_COLUMN = Column(
    "customer",
    ColumnType.ID,
    gettext_lazy("Customer"),
    required=True,
    synonyms=("customer_id", "user", "user_id", "userid", "member_id", "unit", "用户", "用户id", "会员id"),
)


def refuse_own(stage: Stage) -> None:
    """Who is exposed in Stay's own experiments is drawn here, and comes from no file."""
    stage.refuse(
        "EXISTS (SELECT FROM campaigns_experiment e WHERE e.name = s.experiment"
        " AND e.source IN ('campaign', 'global_holdout'))",
        column="experiment",
        value="s.experiment",
        reason=_("This experiment draws its customers itself."),
        mend=_("Give the experiment of the file another name."),
    )


def resolve_experiments(stage: Stage) -> None:
    """Make `import_experiments`; an experiment that nobody knows is created as imported."""
    stage.execute(
        f"""
        INSERT INTO campaigns_experiment (public_id, name, salt, unit, source, created_at)
        SELECT {UUID7_SQL}, n.name, replace(gen_random_uuid()::text, '-', ''), 'customer', 'imported', %(now)s
        FROM (SELECT DISTINCT experiment AS name FROM {ROWS} WHERE experiment IS NOT NULL) n
        WHERE NOT EXISTS (SELECT FROM campaigns_experiment e WHERE e.name = n.name)
        ORDER BY n.name
        ON CONFLICT (name) DO NOTHING
        """
    )
    make_table(
        stage,
        EXPERIMENTS,
        f"SELECT e.name, e.id AS experiment_id FROM campaigns_experiment e"
        f" WHERE e.name IN (SELECT experiment FROM {ROWS})",
    )


def make_table(stage: Stage, name: str, query: str) -> None:
    """A temporary table of `query`, known to the planner, gone with the transaction at the latest."""
    drop_tables(stage, name)
    stage.execute(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {query}")
    stage.execute(f"ANALYZE {name}")


def drop_tables(stage: Stage, *names: str) -> None:
    """Take temporary tables away, whether they are there or not."""
    stage.execute("SET LOCAL client_min_messages TO warning")
    stage.execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{name}' for name in names)}")
