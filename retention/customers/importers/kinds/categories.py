"""Categories: their names, the department they belong to, and the clock that their silence goes by."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from retention.customers.enums import Clock
from retention.customers.importers.registry import Column, ColumnType, Importer, Outcome, register
from retention.customers.importers.rings import Named, lines_in_rings
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


_CLOCK = "CASE WHEN t.says_clock THEN coalesce(t.clock, '') ELSE k.clock END"
_MERGE = f"""
    WITH told AS (
        SELECT h.category, h.variants, h.name, p.id AS parent_id, nullif(h.clock, %(own)s) AS clock,
               h.clock IS NOT NULL AS says_clock
        FROM {HEADS} h LEFT JOIN customers_category p ON p.code = h.parent
    ), changed AS (
        UPDATE customers_category k
        SET name = coalesce(t.name, k.name), parent_id = coalesce(t.parent_id, k.parent_id), clock = {_CLOCK}
        FROM told t
        WHERE t.category = k.code AND (k.name, k.parent_id, k.clock) IS DISTINCT FROM (
            coalesce(t.name, k.name), coalesce(t.parent_id, k.parent_id), {_CLOCK})
        RETURNING k.code
    ), made AS (
        INSERT INTO customers_category (code, name, parent_id, clock)
        SELECT category, coalesce(name, ''), parent_id, coalesce(clock, '') FROM told t
        WHERE NOT EXISTS (SELECT FROM customers_category k WHERE k.code = t.category) ORDER BY category
        ON CONFLICT (code) DO UPDATE
        SET name = EXCLUDED.name, parent_id = EXCLUDED.parent_id, clock = EXCLUDED.clock
        RETURNING code
    )
    SELECT sum(t.variants) FROM told t JOIN (TABLE changed UNION ALL TABLE made) k ON k.code = t.category"""
"""A conflict is with an order that came in meanwhile: it has made the bare code."""


def _refuse_rings(stage: Stage) -> None:
    """A department lies above its categories, never below one of them."""
    named = [Named(*row) for row in stage.rows(f"SELECT line, category, parent FROM {ROWS} WHERE parent IS NOT NULL")]
    if not named:
        return
    standing: dict[str, str] = dict(stage.rows(_STANDING))
    stage.refuse(
        "s.line = ANY(%(lines)s)",
        column="parent",
        value="s.parent",
        reason=_("This category would lie above itself."),
        mend=_("Name a parent that is none of its own categories."),
        lines=lines_in_rings(named, standing),
    )


_STANDING = "SELECT k.code, p.code FROM customers_category k JOIN customers_category p ON p.id = k.parent_id"


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
                pgettext_lazy("of silence", "Clock"),
                choices=(*Clock.values, TENANTS_OWN),
                help=gettext_lazy("what ends a silence: purchase, visit, or tenant for what the policy says"),
                synonyms=("silence_clock", "计时方式", "时钟"),
            ),
        ),
    )
)
