"""P12–P14: lists at any depth, the time of a page, and the count of a segment, over a scored base.

P12 reads page one and a page in the middle of the list of customers, by each column that sorts it, and a page by
OFFSET. P13 sets the view that makes a page of 25 rows against one statement that reads the same columns; the whole
request, with session, rights and middleware, is told beside it. P14 counts a rule of three clauses, against the same
three asked of a jsonb document of each customer.
"""

from __future__ import annotations

import logging
import os
import statistics
import time
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from bench.database import VOID_ABOVE_MS, bench_database, commit_ms, make_tenant
from bench.rounds import compare
from bench.scoring import AS_OF, NOW, load_base, score_base

ROUNDS = 5
READS = 40
DEEP_OFFSET = 50_000
RULE = {
    "all": [
        {"field": "r", "op": "ge", "value": 1},
        {"field": "tier", "op": "in", "value": ["key_save", "key_keep"]},
        {"field": "expected_90d", "op": "ge", "value": 0.5},
    ]
}
PEER = """
    SELECT count(*) FROM documents WHERE (told ->> 'r')::numeric >= 1
    AND told ->> 'tier' IN ('key_save', 'key_keep') AND (told ->> 'expected_90d')::numeric >= 0.5
    """


def run() -> dict[str, Any]:
    """``{"P12": {…}, "P13": {…}, "P14": {…}}`` on the largest of the sizes."""
    size = max(int(size) for size in os.environ.get("STAY_BENCH_SIZES", "1000000").split(","))
    with bench_database():
        logging.disable(logging.INFO)
        from tenants.context import statements_of, use_tenant

        with use_tenant(make_tenant("reads")), statements_of(seconds=0):
            _fill(size)
            before = commit_ms()
            found = {"P12": _depth(size), "P13": _page(), "P14": _count()}
            after = commit_ms()
    shared = {"customers": size, "commit_ms": [before, after], "void": max(before, after) > VOID_ABOVE_MS}
    return {name: {**one, **shared} for name, one in found.items()}


def _fill(size: int) -> None:
    from tenants.services.statistics import refresh_statistics

    load_base(size)
    _do(
        "UPDATE customers_customer SET name = 'Synthetic ' || substr(md5(external_id), 1, 8),"
        " joined_at = %(now)s::timestamptz - id %% 700 * interval '1 day' - id * interval '1 microsecond'",
        {"now": NOW},
    )
    refresh_statistics(("customers_customer",))
    with patch("retention.scoring.services.runs.run_acts"):
        score_base()


def _depth(size: int) -> dict[str, Any]:
    """By each column: milliseconds of page one, of a page in the middle and of OFFSET; `worst` is deep ÷ page one."""
    from retention.common.paging import Sort, keyset_page
    from retention.customers.selectors.lists import counted_customers
    from retention.customers.tables import CustomerTable

    customers = counted_customers()
    by_column = {}
    for path in [column.sort for column in CustomerTable.columns if column.sort]:
        sort = Sort(path)
        known = customers.filter(**{f"{path}__isnull": False}).order_by(path, "pk")
        rows = list(known[size // 2 : size // 2 + 2])
        if not rows:  # nobody logs in in this base
            continue
        cursor = keyset_page(customers.filter(pk__in=[row.pk for row in rows]), sort, size=1).next_cursor
        after = keyset_page(customers, sort, cursor=cursor)
        assert after.rows == list(known[size // 2 + 1 : size // 2 + 26]), path
        by_column[path] = {
            "page_one_ms": median_ms(lambda sort=sort: keyset_page(customers, sort)),
            "deep_ms": median_ms(lambda sort=sort, cursor=cursor: keyset_page(customers, sort, cursor=cursor)),
            "offset_ms": median_ms(lambda known=known: list(known[DEEP_OFFSET : DEEP_OFFSET + 25]), reads=5),
        }
    worst = max(one["deep_ms"] / one["page_one_ms"] for one in by_column.values())
    return {"columns": by_column, "worst": round(worst, 2)}


def _page() -> dict[str, Any]:
    """Page one of the customers: the view, and the whole request, against one statement for the same cells."""
    from django.test import RequestFactory
    from django_htmx.middleware import HtmxDetails

    from retention.customers.views.customers import customer_list
    from tenants.people.enums import RoleName
    from tenants.people.models import User
    from tests.tenants.people.browser import at_host

    person = User.objects.create_user("vera@example.com", "correct-horse-battery", name="Vera", role=RoleName.VIEWER)
    client = at_host("reads")
    client.force_login(person)
    request = RequestFactory(headers={"host": "reads.localhost", "hx-request": "true", "hx-target": "customers-table"})

    def view() -> None:
        asked: Any = request.get("/customers/")
        asked.user, asked.session, asked.htmx = person, client.session, HtmxDetails(asked)
        assert customer_list(asked).status_code == 200

    def whole() -> None:
        assert client.get("/customers/").status_code == 200

    def peer() -> None:
        assert len(ask(_PAGE)) == 25

    found = {name: median_ms(read) for name, read in (("view_ms", view), ("request_ms", whole), ("peer_ms", peer))}
    return {**found, "times_the_peer": round(found["view_ms"] / found["peer_ms"], 1)}


_PAGE = """
    SELECT c.public_id, c.name, c.external_id, c.joined_at, s.last_order_on, s.last_login_on, s.order_days,
           s.net_revenue, p.pool, p.health, p.health_band, p.churn_probability, p.clv
    FROM customers_customerstate s JOIN customers_customer c ON c.id = s.customer_id
    LEFT JOIN scoring_customerscore p ON p.customer_id = c.id
         AND p.run_id = (SELECT id FROM scoring_scorerun WHERE is_current)
    WHERE c.kind = 'person' AND c.merged_into_id IS NULL AND c.erased_at IS NULL AND s.last_order_on IS NOT NULL
    ORDER BY s.last_order_on DESC, s.customer_id DESC LIMIT 25
    """


def _count() -> dict[str, Any]:
    from retention.segments.selectors.members import count_members

    _do(
        """CREATE TEMP TABLE documents AS
        SELECT p.customer_id, to_jsonb(p) AS told FROM scoring_customerscore p
        WHERE p.run_id = (SELECT id FROM scoring_scorerun WHERE is_current)"""
    )
    _do("ANALYZE documents")
    theirs: int = ask(PEER)[0][0]
    assert theirs == count_members(RULE, as_of=AS_OF) > 0
    found = compare(lambda: count_members(RULE, as_of=AS_OF), lambda: ask(PEER), rounds=ROUNDS)
    return {**found, "members": theirs}


def median_ms(read: Callable[[], object], *, reads: int = READS) -> float:
    """What `read` takes, in the middle of so many calls after a first one."""
    read()
    taken = []
    for _ in range(reads):
        begin = time.perf_counter()
        read()
        taken.append(time.perf_counter() - begin)
    return round(statistics.median(taken) * 1000, 2)


def ask(query: str, params: dict[str, Any] | None = None) -> list[Any]:
    """The rows of a query."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()


def _do(statement: str, params: dict[str, Any] | None = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, params)
