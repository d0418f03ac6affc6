"""Tags from other systems, as an enterprise messenger exports them: each source replaces its own and no other's."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.customers.importers.registry import Column, ColumnType, Importer, Outcome, register
from retention.customers.importers.stage import CUSTOMERS, HEADS, ROWS, Stage

MAX_TAG, MAX_SOURCE = 60, 40
_BETWEEN = ";,|\u3001\uff0c\uff1b"
"""What stands between tags, in either script."""
_SPLIT = f"regexp_split_to_table(s.tags, '[{_BETWEEN}]')"
_SOURCE = "lower(btrim(s.source))"


def apply_tags(stage: Stage) -> Outcome:
    """All rows of one customer and source together are the tags that this source gives; the others it gave are
    taken off. ``deleted=true`` gives none."""
    _refuse_nonsense(stage)
    stage.resolve_customers()
    stage.refresh_created()
    stage.execute(
        f"CREATE TEMPORARY TABLE {HEADS} AS SELECT c.customer_id, {_SOURCE} AS source,"
        f" count(*) AS n, count(DISTINCT s.digest) AS variants"
        f" FROM {ROWS} s JOIN {CUSTOMERS} c ON c.ref = s.customer GROUP BY 1, 2"
    )
    stage.execute(f"ANALYZE {HEADS}")
    total = stage.number(f"SELECT sum(n) FROM {HEADS}")
    kept = stage.number(_MERGE)
    return Outcome(kept, total - kept)


_MERGE = f"""
    WITH wanted AS (
        SELECT DISTINCT c.customer_id, {_SOURCE} AS source, btrim(t.tag) AS tag
        FROM {ROWS} s JOIN {CUSTOMERS} c ON c.ref = s.customer CROSS JOIN LATERAL {_SPLIT} AS t (tag)
        WHERE s.deleted IS NOT TRUE AND btrim(t.tag) <> ''
    ), gone AS (
        UPDATE customers_customertag g SET removed_at = greatest(%(now)s, g.added_at)
        FROM {HEADS} h
        WHERE g.customer_id = h.customer_id AND g.source = h.source AND g.removed_at IS NULL
          AND (g.customer_id, g.source, g.tag) NOT IN (SELECT customer_id, source, tag FROM wanted)
        RETURNING g.customer_id, g.source
    ), made AS (
        INSERT INTO customers_customertag (customer_id, source, tag, added_at)
        SELECT customer_id, source, tag, %(now)s FROM wanted ORDER BY customer_id, source, tag
        ON CONFLICT (customer_id, source, tag) WHERE removed_at IS NULL DO NOTHING
        RETURNING customer_id, source
    )
    SELECT sum(h.variants) FROM {HEADS} h JOIN (
        SELECT customer_id, source FROM gone UNION SELECT customer_id, source FROM made
    ) changed USING (customer_id, source)"""


def _refuse_nonsense(stage: Stage) -> None:
    stage.refuse(
        f"s.deleted IS NOT TRUE AND btrim(coalesce(s.tags, ''), ' {_BETWEEN}') = ''",
        column="tags",
        value="s.tags",
        reason=_("No tag is given."),
        mend=_("List the tags, or write deleted=true to take all tags of this source off."),
    )
    stage.refuse(
        f"EXISTS (SELECT FROM {_SPLIT} AS t (tag) WHERE length(btrim(t.tag)) > {MAX_TAG})",
        column="tags",
        value="s.tags",
        reason=_("A tag is longer than %(most)d signs.") % {"most": MAX_TAG},
        mend=_("Shorten it, or put a comma or semicolon between tags."),
    )


TAGS = register(
    Importer(
        kind="tags",
        label=gettext_lazy("External tags"),
        help=gettext_lazy("Tags from other systems, such as WeCom. A file replaces the tags of its source alone."),
        deletable=True,
        extra="",
        apply=apply_tags,
        tables=("customers_customertag",),
        columns=(
            Column(
                "customer",
                ColumnType.ID,
                gettext_lazy("Customer"),
                required=True,
                synonyms=(
                    "customer_id",
                    "external_userid",
                    "user_id",
                    "userid",
                    "member_id",
                    "用户",
                    "用户id",
                    "会员id",
                ),
            ),
            Column(
                "source",
                ColumnType.TEXT,
                gettext_lazy("Source"),
                required=True,
                max_length=MAX_SOURCE,
                help=gettext_lazy("who gave the tags, such as wecom"),
                synonyms=("system", "origin", "platform", "来源", "标签来源", "平台"),
            ),
            Column(
                "tags",
                ColumnType.TEXT,
                gettext_lazy("Tags"),
                max_length=4000,
                help=gettext_lazy("one or several, with a comma or semicolon between"),
                synonyms=("tag", "tag_name", "labels", "label", "标签", "标签名称", "客户标签"),
            ),
        ),
    )
)
