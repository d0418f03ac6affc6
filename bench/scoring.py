"""P5: from tables to stored scores, against reading all orders, ``lifetimes`` and ``executemany``.

Ours is a whole score run: thresholds, value tiers, three lifetime models, pools, health, reasons, written and put in
force. The peer fits BG/NBD and Gamma-Gamma and stores what they say; its rows go into a temporary table, which costs
it less than a real one. Both read the same orders of the same database. What floors above do when a run has come into
force (snapshots of segments, monitors) is no part of the comparison; ``after_run_seconds`` says what it took once.
"""

from __future__ import annotations

import math
import os
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter
from lifetimes.utils import summary_data_from_transaction_data

from bench.database import VOID_ABOVE_MS, bench_database, commit_ms, make_tenant
from bench.rounds import compare
from bench.science import make_base

AS_OF = date(2026, 1, 1)
NOW = datetime(2026, 1, 2, 6, tzinfo=UTC)
NEAR = 1e-3
"""The two sides fit apart: their probabilities may differ by the last step of an optimiser."""
COLUMNS = ["frequency", "recency", "t", "monetary_value", "p_alive", "expected_90d", "clv"]


def run() -> dict[str, Any]:
    """``{"P5": {"100000": {…}, "1000000": {…}, "growth_exponent": 1.03}}``."""
    sizes = [int(size) for size in os.environ.get("STAY_BENCH_SIZES", "100000,1000000").split(",")]
    with bench_database(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # lifetimes warns of its own pandas and numpy habits
        found: dict[str, Any] = {str(size): _measure(size, rounds=5 if size <= 100_000 else 3) for size in sizes}
    if len(sizes) > 1:
        low, high = str(sizes[0]), str(sizes[-1])
        times = found[high]["ours"]["median"] / found[low]["ours"]["median"]
        found["growth_exponent"] = round(math.log(times) / math.log(sizes[-1] / sizes[0]), 3)
    return {"P5": found}


def _measure(size: int, *, rounds: int) -> dict[str, Any]:
    from tenants.context import statements_of, use_tenant

    with use_tenant(make_tenant(f"base{size}")), statements_of(seconds=0):
        orders = load_base(size)
        before = commit_ms()
        _assert_equal()
        with patch("retention.scoring.services.runs.run_acts"):
            found = compare(score_base, _peer, rounds=rounds)
        after_run = _after_run()
        after = commit_ms()
    return {
        **found,
        "orders": orders,
        "after_run_seconds": after_run,
        "customers_per_second": {name: round(size / found[name]["median"]) for name in ("ours", "peer")},
        "commit_ms": [before, after],
        "void": max(before, after) > VOID_ABOVE_MS,
    }


def load_base(size: int) -> int:
    """Customers and their orders of one line each, and everybody's running state; how many orders."""
    from django.db import connection

    from retention.common.ids import UUID7_SQL
    from retention.customers.services.rebuild import rebuild_customer_states
    from tenants.services.statistics import refresh_statistics

    orders = make_base(size).orders
    tables = ("customers_customer", "customers_order", "customers_orderline")
    with without_indexes(tables), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_customer (public_id, external_id, name, email, phone, language, timezone, source,"
            f" recorded_at, updated_at) SELECT {UUID7_SQL}, 'c-' || n, '', '', '', '', '', '', %(now)s, %(now)s"
            " FROM generate_series(0, %(last)s) AS n",
            {"now": NOW, "last": size - 1},
        )
        cursor.execute("CREATE TEMP TABLE bought (customer int, day date, amount numeric)")
        days = np.datetime_as_string(orders["date"].to_numpy().astype("datetime64[D]"))
        lines = "\n".join(
            f"{customer}\t{day}\t{amount:.2f}"
            for customer, day, amount in zip(orders["customer"], days, orders["amount"], strict=True)
        )
        with cursor.copy("COPY bought FROM STDIN") as copy:
            copy.write(lines.encode())
        cursor.execute(
            "INSERT INTO customers_order (public_id, external_id, customer_id, ordered_at, ordered_on, amount, digest,"
            f" recorded_at) SELECT {UUID7_SQL}, 'o-' || row_number() OVER (), c.id, b.day, b.day, b.amount, '',"
            " %s FROM bought b JOIN customers_customer c ON c.external_id = 'c-' || b.customer",
            [NOW],
        )
        cursor.execute(
            "INSERT INTO customers_orderline (order_id, ordinal, amount) SELECT id, 0, amount FROM customers_order"
        )
        cursor.execute("DROP TABLE bought")
    refresh_statistics(tables)
    rebuild_customer_states()
    refresh_statistics((*tables, "customers_customerstate"))
    return len(orders)


@contextmanager
def without_indexes(tables: tuple[str, ...]) -> Iterator[None]:
    """Rows come in before their keys and indexes; these are made again at the end, in one go each."""
    from tenants.context import as_owner, current_tenant

    schema = current_tenant().schema_name
    of = {"schema": schema, "tables": list(tables)}
    keys = _ask(
        "SELECT format('ALTER TABLE %%I DROP CONSTRAINT %%I', r.relname, c.conname),"
        " format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', r.relname, c.conname, pg_get_constraintdef(c.oid))"
        " FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace"
        " WHERE n.nspname = %(schema)s AND r.relname = ANY(%(tables)s) AND c.contype IN ('f', 'u')",
        of,
    )
    with as_owner(schema):
        for drop, _add in keys:
            _do(drop)
    indexes = _ask(
        "SELECT format('DROP INDEX %%I', i.indexname), i.indexdef FROM pg_indexes i"
        " JOIN pg_namespace n ON n.nspname = i.schemaname"
        " JOIN pg_class r ON r.relname = i.indexname AND r.relnamespace = n.oid"
        " JOIN pg_index x ON x.indexrelid = r.oid"
        " WHERE i.schemaname = %(schema)s AND i.tablename = ANY(%(tables)s) AND NOT x.indisprimary",
        of,
    )
    with as_owner(schema):
        for drop, _make in indexes:
            _do(drop)
    yield
    with as_owner(schema):
        _do("SET maintenance_work_mem = '1GB'")
        for _drop, make in (*indexes, *keys):
            _do(make)
        _do("RESET maintenance_work_mem")


def _ask(query: str, of: dict[str, Any]) -> list[tuple[str, str]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, of)
        return cursor.fetchall()


def _do(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)


def score_base() -> None:
    from retention.scoring.services.runs import advance, request_run

    run = advance(request_run(as_of=AS_OF, now=NOW).pk, clock=lambda: NOW)
    assert run.status == "done", run.message


def _after_run() -> float:
    from retention.scoring.selectors.current import current_run
    from retention.scoring.services.after_run import run_acts

    run = current_run()
    assert run is not None
    begin = time.perf_counter()
    run_acts(run)
    return round(time.perf_counter() - begin, 2)


def _peer() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, ordered_at, amount FROM customers_order WHERE superseded_at IS NULL AND NOT withdrawn"
        )
        orders = pd.DataFrame(cursor.fetchall(), columns=["customer", "date", "amount"])
        scores = _lifetimes(orders)
        cursor.execute(
            "CREATE TEMP TABLE stored (customer bigint PRIMARY KEY, "
            + ", ".join(f"{name} double precision" for name in COLUMNS)
            + ")"
        )
        marks = ", ".join(["%s"] * (len(COLUMNS) + 1))
        cursor.executemany(f"INSERT INTO stored VALUES ({marks})", list(scores.itertuples(name=None)))
        cursor.execute("DROP TABLE stored")


def _lifetimes(orders: pd.DataFrame) -> pd.DataFrame:
    orders["date"] = orders["date"].dt.tz_localize(None)
    orders["amount"] = orders["amount"].astype(float)
    found = summary_data_from_transaction_data(
        orders, "customer", "date", monetary_value_col="amount", observation_period_end=AS_OF.isoformat()
    )
    x, recency, age, money = found["frequency"], found["recency"] / 7, found["T"] / 7, found["monetary_value"]
    buying, again = BetaGeoFitter().fit(x, recency, age), x > 0
    spending = GammaGammaFitter().fit(x[again], money[again])
    ahead = buying.conditional_expected_number_of_purchases_up_to_time
    return pd.DataFrame(
        {
            "frequency": x,
            "recency": recency,
            "t": age,
            "monetary_value": money,
            "p_alive": buying.conditional_probability_alive(x, recency, age),
            "expected_90d": ahead(90 / 7, x, recency, age),
            "clv": spending.customer_lifetime_value(buying, x, recency, age, money, time=12, freq="W"),
        }
    )


def _assert_equal() -> None:
    """The same customers with the same summaries, and forecasts that agree to a thousandth."""
    from django.db import connection

    with patch("retention.scoring.services.runs.run_acts"):
        score_base()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, ordered_at, amount FROM customers_order WHERE superseded_at IS NULL AND NOT withdrawn"
        )
        theirs = _lifetimes(pd.DataFrame(cursor.fetchall(), columns=["customer", "date", "amount"]))
        cursor.execute(
            f"SELECT customer_id, {', '.join(COLUMNS)} FROM scoring_customerscore"
            " WHERE run_id = (SELECT id FROM scoring_scorerun WHERE is_current) ORDER BY customer_id"
        )
        mine = pd.DataFrame(cursor.fetchall(), columns=["customer", *COLUMNS]).set_index("customer").astype(float)
    theirs = theirs.sort_index()
    np.testing.assert_array_equal(mine.index, theirs.index)
    for name in ("frequency", "recency", "t"):
        np.testing.assert_allclose(mine[name], theirs[name], atol=1e-9, err_msg=name)
    again = theirs["frequency"] > 0  # of one purchase we say that nothing is known, where the peer says zero or one
    np.testing.assert_allclose(mine["monetary_value"][again], theirs["monetary_value"][again], atol=1e-6)
    np.testing.assert_allclose(mine["p_alive"][again], theirs["p_alive"][again], atol=NEAR)
    np.testing.assert_allclose(mine["expected_90d"][again], theirs["expected_90d"][again], rtol=NEAR, atol=NEAR)
