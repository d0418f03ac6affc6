"""Categories: their names, the department they belong to, and the clock that their silence goes by."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.customers.enums import Clock
from retention.customers.importers.registry import Column, ColumnType, Importer, Outcome, register
from retention.customers.importers.stage import HEADS, ROWS, Stage

TENANTS_OWN = "tenant"
"""As a clock: what the policy says of all categories that name none."""


def apply_categories(stage: Stage) -> Outcome:
    """A category is known by its code; what a later row fills in changes it. Parents that nobody has are made."""
    _refuse_rings(stage)
    stage.execute(
        f"CREATE TEMPORARY TABLE {HEADS} AS SELECT s.category,"
        + ", ".join(
            f" (array_agg(s.{name} ORDER BY s.line DESC) FILTER (WHERE s.{name} IS NOT NULL))[1] AS {name}"
            for name in ("name", "parent", "clock")
        )
        + f", count(*) AS n, count(DISTINCT s.digest) AS variants FROM {ROWS} s GROUP BY 1"
    )
    total = stage.number(f"SELECT sum(n) FROM {HEADS}")
    stage.execute(
        f"INSERT INTO customers_category (code, name) SELECT parent, '' FROM {HEADS} WHERE parent IS NOT NULL"
        " GROUP BY 1 ORDER BY 1 ON CONFLICT (code) DO NOTHING"
    )
    kept = stage.number(_MERGE, own=TENANTS_OWN)
    return Outcome(kept, total - kept)


_MERGE = f"""
    WITH told AS (
        SELECT h.category, h.variants, h.name, p.id AS parent_id, nullif(h.clock, %(own)s) AS clock,
               h.clock IS NOT NULL AS says_clock
        FROM {HEADS} h LEFT JOIN customers_category p ON p.code = h.parent
    ), kept AS (
        INSERT INTO customers_category AS k (code, name, parent_id, clock)
        SELECT category, coalesce(name, ''), parent_id, coalesce(clock, '') FROM told ORDER BY category
        ON CONFLICT (code) DO UPDATE SET
            name = coalesce((SELECT t.name FROM told t WHERE t.category = k.code), k.name),
            parent_id = coalesce((SELECT t.parent_id FROM told t WHERE t.category = k.code), k.parent_id),
            clock = CASE WHEN (SELECT t.says_clock FROM told t WHERE t.category = k.code)
                         THEN EXCLUDED.clock ELSE k.clock END
        WHERE (k.name, k.parent_id, k.clock) IS DISTINCT FROM (
            coalesce((SELECT t.name FROM told t WHERE t.category = k.code), k.name),
            coalesce((SELECT t.parent_id FROM told t WHERE t.category = k.code), k.parent_id),
            CASE WHEN (SELECT t.says_clock FROM told t WHERE t.category = k.code) THEN EXCLUDED.clock ELSE k.clock END)
        RETURNING k.code
    )
    SELECT sum(t.variants) FROM told t JOIN kept ON kept.code = t.category"""


def _refuse_rings(stage: Stage) -> None:
    """A department lies above its categories, never below one of them."""
    stage.refuse(
        f"""s.parent IS NOT NULL AND EXISTS (
            WITH RECURSIVE named AS (
                SELECT r.category, (array_agg(r.parent ORDER BY r.line DESC) FILTER (WHERE r.parent IS NOT NULL))[1]
                       AS parent
                FROM {ROWS} r GROUP BY 1
            ), above AS (
                SELECT k.code, coalesce(n.parent, p.code) AS parent
                FROM (SELECT code, parent_id FROM customers_category UNION
                      SELECT category, NULL FROM named WHERE category NOT IN (SELECT code FROM customers_category)) k
                LEFT JOIN customers_category p ON p.id = k.parent_id LEFT JOIN named n ON n.category = k.code
            ), way (code) AS (
                SELECT s.parent UNION SELECT a.parent FROM way JOIN above a ON a.code = way.code
                WHERE a.parent IS NOT NULL
            )
            SELECT FROM way WHERE way.code = s.category)""",
        column="parent",
        value="s.parent",
        reason=_("This category would lie above itself."),
        mend=_("Name a parent that is none of its own categories."),
    )


CATEGORIES = register(
    Importer(
        kind="categories",
        label=gettext_lazy("Categories"),
        help=gettext_lazy("Names, departments, and whether silence is counted from orders or from log-ins."),
        extra="",
        apply=apply_categories,
        tables=("customers_category",),
        columns=(
            Column(
                "category",
                ColumnType.ID,
                gettext_lazy("Category"),
                required=True,
                synonyms=("category_id", "code", "category_code", "product_category", "品类", "类目", "分类"),
            ),
            Column(
                "name",
                ColumnType.TEXT,
                gettext_lazy("Name"),
                synonyms=("category_name", "title", "品类名称", "类目名称", "名称"),
            ),
            Column(
                "parent",
                ColumnType.ID,
                gettext_lazy("Parent category"),
                help=gettext_lazy("the department it belongs to"),
                synonyms=("department", "parent_id", "parent_category", "上级品类", "上级类目", "部门"),
            ),
            Column(
                "clock",
                ColumnType.CHOICE,
                gettext_lazy("Clock"),
                choices=(*Clock.values, TENANTS_OWN),
                help=gettext_lazy("what ends a silence: purchase, visit, or tenant for what the policy says"),
                synonyms=("silence_clock", "计时方式", "时钟"),
            ),
        ),
    )
)
