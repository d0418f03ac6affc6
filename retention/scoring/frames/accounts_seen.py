"""Whether accounts have done anything: a tenant whose events name only accounts is scored, too."""

from __future__ import annotations

from django.db import connection

from retention.scoring.moment import Moment


def any_account_acted(moment: Moment) -> bool:
    """Whether any event names an account by then."""
    sql = f"SELECT EXISTS (SELECT FROM customers_event e WHERE e.account_id IS NOT NULL AND {moment.events()})"
    with connection.cursor() as cursor:
        cursor.execute(sql, moment.params)
        found: bool = cursor.fetchone()[0]
        return found
