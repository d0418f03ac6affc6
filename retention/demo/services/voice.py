"""What came of the complaints in the demo: the inbox says what the ticket system's events say."""

from __future__ import annotations

from django.db import connection


def close_what_was_closed() -> int:
    """Complaints whose end came as an event are closed in the inbox too; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE feedback_feedbackitem i
            SET status = 'closed', closed_at = e.closed_at, updated_at = e.closed_at,
                answered_at = coalesce(e.answered_at, e.closed_at)
            FROM (SELECT v.properties->>'complaint_id' AS feedback_id,
                         min(v.occurred_at) FILTER (WHERE v.name = 'complaint_answered') AS answered_at,
                         min(v.occurred_at) FILTER (WHERE v.name = 'complaint_closed') AS closed_at
                  FROM customers_event v
                  WHERE v.name IN ('complaint_answered', 'complaint_closed') AND v.superseded_at IS NULL
                  GROUP BY 1) e
            WHERE e.feedback_id = i.feedback_id AND e.closed_at IS NOT NULL AND i.status = 'new'
            """
        )
        return cursor.rowcount
