"""The last weeks arrive live: what became due is sent to the ingest door, as any client's data is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pandas as pd

from retention.common.errors import Transient
from retention.demo.services.files import live_file

BATCH = 200
TENANTS = ("shop", "software")


def feed_due(root: Path, *, base_url: str, write_keys: dict[str, str], now: datetime) -> int:
    """Send every fact with a time up to `now` that was not sent yet; returns how many messages were taken.

    The mark moves on only after the ingest door answered 2xx, so a killed feeder sends the last batch again;
    message ids make that change nothing.
    """
    sent = 0
    with httpx.Client(base_url=base_url, timeout=30) as client:
        for tenant in TENANTS:
            for messages, mark in _due_batches(root, tenant, now):
                _send(client, messages, write_keys[tenant])
                _set_mark(root, tenant, mark)
                sent += len(messages)
    return sent


def _send(client: httpx.Client, messages: list[dict[str, object]], write_key: str) -> None:
    """Raises Transient when the door asks to come again or does not answer."""
    try:
        answer = client.post("/v1/batch", json={"batch": messages}, auth=(write_key, ""))
    except httpx.TransportError as error:
        raise Transient(str(error)) from error
    if answer.status_code == 429 or answer.status_code >= 500:
        raise Transient(f"the ingest door answered {answer.status_code}")
    answer.raise_for_status()


def _due_batches(root: Path, tenant: str, now: datetime) -> Iterator[tuple[list[dict[str, object]], int]]:
    """Batches of messages in order of time, each with the mark that stands once it is taken."""
    queue, begin = _queue(root, tenant), _mark(root, tenant)
    due = int(queue["at"].searchsorted(pd.Timestamp(now), side="right"))
    for start in range(begin, due, BATCH):
        end = min(start + BATCH, due)
        yield [json.loads(text) for text in queue["message"].iloc[start:end]], end


def _queue(root: Path, tenant: str) -> pd.DataFrame:
    """All live messages of `tenant` by time, prepared once."""
    path = root / "live" / f"{tenant}-queue.parquet"
    if not path.exists():
        parts = [_person_messages(pd.read_parquet(live_file(root, tenant, "customers")))]
        parts += [_event_messages(pd.read_parquet(live_file(root, tenant, "events")))]
        if live_file(root, tenant, "orders").exists():
            parts.append(_order_messages(pd.read_parquet(live_file(root, tenant, "orders"))))
        queue = pd.concat(parts).sort_values("at", kind="stable", ignore_index=True)
        queue.to_parquet(path)
    return pd.read_parquet(path)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Plain dicts without empty values; times become ISO 8601 text."""
    rows = json.loads(frame.to_json(orient="records", date_format="iso", date_unit="ms"))
    return [{name: value for name, value in row.items() if value not in (None, "")} for row in rows]


def _queued(at: pd.Series, messages: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"at": pd.to_datetime(at, utc=True).dt.as_unit("us").array, "message": messages})


def _person_messages(customers: pd.DataFrame) -> pd.DataFrame:
    """Identify messages of those who join, before all else of their first day."""
    at = pd.to_datetime(customers["created_at"], utc=True)
    return _queued(
        at, [_identify(row, moment.isoformat()) for row, moment in zip(_records(customers), at, strict=True)]
    )


def _identify(row: dict[str, Any], timestamp: str) -> str:
    person = row.pop("external_id")
    message = {"type": "identify", "messageId": f"demo-customer-{person}", "userId": person, "timestamp": timestamp}
    return json.dumps({**message, "traits": row})


def _event_messages(events: pd.DataFrame) -> pd.DataFrame:
    """Track messages of plain events; further columns are their properties."""
    return _queued(events["occurred_at"], [_track(row) for row in _records(events)])


def _track(row: dict[str, Any]) -> str:
    message = {
        "type": "track",
        "messageId": row.pop("event_id"),
        "event": row.pop("event"),
        "timestamp": row.pop("occurred_at"),
    }
    if "account" in row:
        message["context"] = {"groupId": row.pop("account")}
    if "customer" in row:
        message["userId"] = row.pop("customer")
    return json.dumps({**message, "properties": row})


def _order_messages(orders: pd.DataFrame) -> pd.DataFrame:
    """`Order Completed` messages with their products, one per basket."""
    quantity = orders["quantity"].astype(int).clip(lower=1)
    lines = pd.DataFrame({"category": orders["category"], "price": orders["amount"] / quantity, "quantity": quantity})
    baskets = (
        orders.assign(product=pd.Series(_records(lines), index=orders.index))
        .groupby("order_id", sort=False, as_index=False)
        .agg(
            customer=("customer", "first"),
            ordered_at=("ordered_at", "first"),
            total=("amount", "sum"),
            coupon=("coupon", "first"),
            products=("product", list),
        )
    )
    return _queued(baskets["ordered_at"], [_completed(row) for row in _records(baskets)])


def _completed(row: dict[str, Any]) -> str:
    coupon = {"coupon": row["coupon"]} if "coupon" in row else {}
    return json.dumps(
        {
            "type": "track",
            "messageId": f"demo-order-{row['order_id']}",
            "userId": row["customer"],
            "event": "Order Completed",
            "timestamp": row["ordered_at"],
            "properties": {
                "order_id": row["order_id"],
                "total": round(row["total"], 2),
                "currency": "USD",
                "products": row["products"],
                **coupon,
            },
        }
    )


def _mark(root: Path, tenant: str) -> int:
    path = root / "live" / f"{tenant}-sent"
    return int(path.read_text()) if path.exists() else 0


def _set_mark(root: Path, tenant: str, mark: int) -> None:
    (root / "live" / f"{tenant}-sent").write_text(str(mark))
