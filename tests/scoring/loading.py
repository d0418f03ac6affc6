"""Put many facts into the tenant at once: by COPY into a staging table, then one INSERT … SELECT each."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path
from unittest.mock import patch

import pandas as pd
from django.db import connection

from retention.customers.models import EventBehaviour
from retention.customers.services.imports import FACT_TABLES
from retention.customers.services.rebuild import rebuild_customer_states
from retention.scoring.models import ScoreRun
from retention.scoring.services import runs
from retention.scoring.services.runs import advance, request_run
from tenants.backend.stance import JOB_SECONDS
from tenants.context import current_tenant, statements_of
from tenants.services.statistics import refresh_statistics

NOW = datetime.fromisoformat("2024-06-01T03:00:00+00:00")
MAP = {
    "Signed In": "log_in",
    "Product Viewed": "browse",
    "Product Added": "cart",
    "Product Removed": "cart",
    "Cart Cleared": "cart",
    "Product Added to Wishlist": "favourite",
    "Comment Posted": "community",
    "core_use": "core_use",
}


def load_orders(rows: pd.DataFrame, *, recorded_at: datetime | None = None) -> None:
    """Columns: order_id, customer, ordered_at (aware or a date), amount; category may be there."""
    frame = rows.assign(category=rows.get("category", pd.Series([None] * len(rows), index=rows.index)))
    frame = frame[["order_id", "customer", "ordered_at", "amount", "category"]]
    _stage("order_id text, customer text, ordered_at timestamptz, amount numeric, category text", frame)
    at = {"at": recorded_at, "zone": current_tenant().timezone}
    with connection.cursor() as cursor:
        _customers(cursor, at)
        cursor.execute(
            """INSERT INTO customers_category (code, name) SELECT DISTINCT category, '' FROM staged
            WHERE category IS NOT NULL ON CONFLICT DO NOTHING"""
        )
        cursor.execute(
            """INSERT INTO customers_order (public_id, external_id, customer_id, ordered_at, ordered_on, amount,
                   digest, recorded_at)
            SELECT gen_random_uuid(), order_id, c.id, min(ordered_at),
                   (min(ordered_at) AT TIME ZONE %(zone)s)::date, sum(amount), '',
                   coalesce(%(at)s::timestamptz, min(ordered_at))
            FROM staged JOIN customers_customer c ON c.external_id = customer
            GROUP BY order_id, c.id ORDER BY min(ordered_at), order_id""",
            at,
        )
        cursor.execute(
            """INSERT INTO customers_orderline (order_id, ordinal, category_id, amount)
            SELECT o.id, row_number() OVER (PARTITION BY o.id), k.id, s.amount
            FROM staged s JOIN customers_order o ON o.external_id = s.order_id
            LEFT JOIN customers_category k ON k.code = s.category WHERE s.category IS NOT NULL"""
        )
        cursor.execute("DROP TABLE staged")
    refresh_statistics(FACT_TABLES)  # as after an import
    with statements_of(seconds=JOB_SECONDS):
        connection.check_constraints()  # a million keys at once: not when the test is torn down, by a page's patience
        rebuild_customer_states()


def load_events(rows: Iterable[tuple[str, str, str, str]], *, recorded_at: datetime | None = None) -> None:
    """(customer, event, moment, properties as JSON) each; the names of MAP get their behaviour."""
    frame = pd.DataFrame(rows, columns=["customer", "name", "occurred_at", "properties"])
    for name, behaviour in MAP.items():
        EventBehaviour.objects.update_or_create(name=name, defaults={"behaviour": behaviour})
    _stage("customer text, name text, occurred_at timestamptz, properties jsonb", frame)
    at = {"at": recorded_at, "zone": current_tenant().timezone}
    with connection.cursor() as cursor:
        _customers(cursor, at)
        cursor.execute(
            """INSERT INTO customers_event (event_id, customer_id, name, occurred_at, occurred_on, properties, digest,
                   recorded_at)
            SELECT gen_random_uuid()::text, c.id, s.name, s.occurred_at, (s.occurred_at AT TIME ZONE %(zone)s)::date,
                   s.properties, '', coalesce(%(at)s::timestamptz, s.occurred_at)
            FROM staged s JOIN customers_customer c ON c.external_id = s.customer ORDER BY s.occurred_at""",
            at,
        )
        cursor.execute("DROP TABLE staged")
    with statements_of(seconds=JOB_SECONDS):
        rebuild_customer_states()
    refresh_statistics(FACT_TABLES)  # as after an import: else the days of log-ins are looked for one by one


def _customers(cursor: object, at: dict[str, object]) -> None:
    cursor.execute(  # type: ignore[attr-defined]
        """INSERT INTO customers_customer (public_id, external_id, name, email, phone, language, timezone, source,
               recorded_at, updated_at)
        SELECT gen_random_uuid(), customer, '', '', '', '', '', '', coalesce(%(at)s::timestamptz, now()), now()
        FROM staged GROUP BY customer ORDER BY customer ON CONFLICT (external_id) DO NOTHING""",
        at,
    )


def _stage(columns: str, frame: pd.DataFrame) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE staged ({columns})")
        with cursor.copy("COPY staged FROM STDIN (FORMAT csv)") as copy:
            copy.write(frame.to_csv(index=False, header=False).encode())


def score(as_of: date, *, acts: bool = False, **options: object) -> ScoreRun:
    """A whole run in this process; with `acts`, what other rooms do after a run is done too (half of the time)."""
    run = request_run(as_of=as_of, now=NOW, **options)  # type: ignore[arg-type]
    with statements_of(seconds=JOB_SECONDS), nullcontext() if acts else patch.object(runs, "run_acts"):
        return advance(run.pk, clock=lambda: NOW)


def cdnow(folder: Path) -> pd.DataFrame:
    """The public sample: customer = the second column."""
    rows = pd.read_csv(
        folder / "cdnow" / "CDNOW_sample.txt",
        sep=r"\s+",
        header=None,
        names=["master", "customer", "ordered_at", "quantity", "amount"],
        dtype={"customer": str},
    )
    rows["ordered_at"] = pd.to_datetime(rows["ordered_at"], format="%Y%m%d")
    return rows.assign(order_id=[f"o{n:05d}" for n in range(len(rows))])


def complete_journey(folder: Path) -> pd.DataFrame:
    """The public grocery panel: a row per basket and category; its days are those of the stamps in UTC."""
    rows = pd.read_parquet(folder / "complete-journey" / "household_basket_category.parquet")
    return pd.DataFrame(
        {
            "order_id": rows["basket_id"].astype(str),
            "customer": rows["household_id"].astype(str),
            "ordered_at": rows["day"],
            "amount": rows["sales_value"].round(2).astype(str),
            "category": rows["product_category"].astype(object).where(rows["product_category"].notna(), None),
        }
    )
