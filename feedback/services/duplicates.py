"""The same said again, by the form and by mail, or imported under two ids: it waits once, and nothing is lost.

An item is a duplicate when the same customer (or account) said the same words, blanks and capitals aside, while the
first still waits, and when it brings nothing that the first lacks: no other intent, no severity, no topic.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from tenants.policies import policy_number

_WORDS = r"lower(regexp_replace(btrim({0}.text), '\s+', ' ', 'g'))"
_SAME = f"""
    JOIN feedback_feedbackitem e ON e.{{of}} = d.{{of}}
     AND {_WORDS.format("e")} = {_WORDS.format("d")}
     AND (e.recorded_at, e.received_at, e.id) < (d.recorded_at, d.received_at, d.id)
     AND e.received_at BETWEEN d.received_at - make_interval(days => {{days}})
                           AND d.received_at + make_interval(days => {{days}})
     AND e.status IN ('new', 'open') AND NOT e.withdrawn
     AND (d.intent = '' OR d.intent = e.intent) AND (e.severe OR NOT d.severe)
    WHERE d.status = 'new' AND NOT d.withdrawn AND d.text ~ '\\S' AND ({{which}})
     AND NOT EXISTS (SELECT FROM feedback_tag t WHERE t.item_id = d.id
                     AND NOT EXISTS (SELECT FROM feedback_tag u WHERE u.item_id = e.id AND u.topic_id = t.topic_id))
"""
_MERGE = f"""
    UPDATE feedback_feedbackitem i SET status = 'duplicate', duplicate_of_id = found.original, updated_at = %(now)s
    FROM (SELECT same.id, (array_agg(same.original ORDER BY same.received_at, same.original))[1] AS original
          FROM (SELECT d.id, e.id AS original, e.received_at FROM feedback_feedbackitem d
                {_SAME.replace("{of}", "customer_id")}
                UNION ALL
                SELECT d.id, e.id, e.received_at FROM feedback_feedbackitem d
                {_SAME.replace("{of}", "account_id")} AND d.customer_id IS NULL AND e.customer_id IS NULL) same
          GROUP BY same.id) found
    WHERE i.id = found.id
"""
APPEAR_AGAIN = """
    UPDATE feedback_feedbackitem d SET status = 'new', duplicate_of_id = NULL, updated_at = %(now)s
    FROM feedback_feedbackitem e
    WHERE d.duplicate_of_id = e.id AND d.status = 'duplicate' AND e.withdrawn AND e.updated_at = %(now)s
"""
"""Whose first was withdrawn at `now`, waits itself."""


def merge_sql(which: str) -> str:
    """The statement that merges those new items `d` for which `which` is true; its parameter is `now`."""
    return _MERGE.format(which=which, days=int(policy_number("feedback.duplicate_days")))


def merge_duplicates(items: Sequence[int], *, now: datetime) -> int:
    """Merge those of `items` that were said before; how many."""
    with connection.cursor() as cursor:
        cursor.execute(merge_sql("d.id = ANY(%(items)s)"), {"items": list(items), "now": now})
        return int(cursor.rowcount)
