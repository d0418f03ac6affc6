"""Which kinds of events the tenant sends at all: what it does not send is no sign of anybody's silence."""

from __future__ import annotations

from django.db import connection

from retention.scoring.moment import Moment


def feeds_at(moment: Moment) -> frozenset[str]:
    """Behaviours of which the tenant had sent any event by `moment`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT DISTINCT b.behaviour FROM customers_eventbehaviour b
            WHERE EXISTS (SELECT 1 FROM customers_event e WHERE e.name = b.name AND {moment.events()})""",
            moment.params,
        )
        return frozenset(row[0] for row in cursor.fetchall())
