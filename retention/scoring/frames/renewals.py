"""Contracts and paid memberships as histories of renewals, as of a moment: for fit, check and value.

Terms of one owner, product and length of which each begins where the one before ends (give or take the grace) are one
history. Whether a renewal was made is asked only of ends for which the grace is over: else those who renew early would
be counted before those who leave. An owner who goes on with a term of another length has not left; what is known of
the first length ends there.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from retention.common.copying import ColumnKind, read_columns
from retention.customers.services.state import planned_for_sets
from retention.scoring.frames.frame import Array
from retention.scoring.frames.renewals_sql import histories_sql
from retention.scoring.moment import Moment

OTHER = -1
"""The place of terms of no usual length, and of those that run on without anybody saying how long one is."""
WHOLE, REAL, DAY, FLAG = ColumnKind.WHOLE, ColumnKind.REAL, ColumnKind.DAY, ColumnKind.FLAG
COUNTS = {"term": WHOLE, "renewed": WHOLE, "has_left": FLAG, "histories": WHOLE}
HISTORIES = {"line": WHOLE, "term": WHOLE, "renewed": WHOLE, "has_left": FLAG, "next_end": DAY}
RUNNING = {"account_id": WHOLE, "customer_id": WHOLE, "term": WHOLE, "renewals": WHOLE, "ends_on": DAY, "amount": REAL}
Columns = dict[str, Array]
_RUNS = f" SELECT {', '.join(RUNNING)} FROM histories WHERE running AND NOT stopped ORDER BY ends_on, line"


def anything_runs_in_terms(moment: Moment) -> bool:
    """Whether any contract or paid membership had begun by then."""
    with connection.cursor() as cursor:
        cursor.execute(f"{histories_sql(moment, 0)} SELECT EXISTS (SELECT FROM sized)", moment.params)
        found: bool = cursor.fetchone()[0]
        return found


def renewal_counts(moment: Moment, grace_days: int) -> Columns:
    """Histories counted by `term` (its place in TERM_LENGTHS, or OTHER), `renewed` and `has_left`."""
    sql = f"""{histories_sql(moment, grace_days)}
    SELECT term, renewed, has_left, count(*) AS histories FROM histories GROUP BY 1, 2, 3
    UNION ALL SELECT {OTHER}, 0, false, count(*) FROM placed WHERE term IS NULL HAVING count(*) > 0"""
    return _of_everybody(sql, moment, COUNTS)


def renewal_histories(moment: Moment, grace_days: int) -> Columns:
    """One row per history, known by its `line`: how often it was renewed, whether it left, when it is asked next."""
    sql = f"{histories_sql(moment, grace_days)} SELECT {', '.join(HISTORIES)} FROM histories"
    return _of_everybody(sql, moment, HISTORIES)


def running_terms_of(
    moment: Moment, grace_days: int, *, customers: Sequence[int] = (), accounts: Sequence[int] = ()
) -> Columns:
    """What runs of these customers and accounts and is not known to stop: renewals so far, its end, its price.

    One that ended within the grace is still running.
    """
    who = "WHERE t.customer_id = ANY(%(customers)s) OR t.account_id = ANY(%(accounts)s)"
    params = {**moment.params, "customers": list(customers), "accounts": list(accounts)}
    return read_columns(histories_sql(moment, grace_days, who) + _RUNS, params, RUNNING)


def _of_everybody(sql: str, moment: Moment, kinds: dict[str, ColumnKind]) -> Columns:
    with transaction.atomic(), planned_for_sets():
        return read_columns(sql, moment.params, kinds)
