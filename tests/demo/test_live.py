"""The live part becomes Segment messages, in order of time, each once."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from retention.demo.services import live
from retention.demo.services.demo_clock import START, advance, read_clock, set_clock


def test_the_queue_holds_every_live_order_once(files: Path) -> None:
    orders = pd.read_parquet(files / "live" / "shop-orders.parquet")
    messages = [json.loads(text) for text in live._queue(files, "shop")["message"]]
    completed = [message for message in messages if message.get("event") == "Order Completed"]
    assert {m["properties"]["order_id"] for m in completed} == set(orders["order_id"])
    assert len(completed) == orders["order_id"].nunique()
    total = sum(m["properties"]["total"] for m in completed)
    assert total == pytest.approx(float(orders["amount"].sum()), abs=0.01 * len(completed))


def test_who_joins_live_is_known_before_the_first_order(files: Path) -> None:
    coming = set(pd.read_parquet(files / "live" / "shop-customers.parquet")["external_id"])
    known = set(pd.read_parquet(files / "loaded" / "shop-customers.parquet")["external_id"])
    bought = set(pd.read_parquet(files / "loaded" / "shop-orders.parquet")["customer"])
    assert bought <= known
    assert len(coming) > 50
    first: dict[str, str] = {}
    for text in live._queue(files, "shop")["message"]:
        message = json.loads(text)
        first.setdefault(message["userId"], message["type"])
    assert {first[person] for person in coming} == {"identify"}
    said = next(json.loads(text) for text in live._queue(files, "shop")["message"] if '"identify"' in text)
    assert {"name", "email", "created_at"} <= set(said["traits"])


def test_the_queue_is_in_order_of_time(files: Path) -> None:
    assert live._queue(files, "software")["at"].is_monotonic_increasing


def test_only_what_is_due_is_sent_and_the_mark_moves_on(files: Path, tmp_path: Path) -> None:
    batches = list(live._due_batches(files, "shop", START + timedelta(hours=3)))
    sent = [message for batch, _ in batches for message in batch]
    at = live._queue(files, "shop")["at"]
    assert len(sent) == int((at <= pd.Timestamp(START + timedelta(hours=3))).sum()) > 0
    assert batches[-1][1] == len(sent)


def test_the_clock_starts_stands_and_moves(tmp_path: Path) -> None:
    assert read_clock(tmp_path) == START
    advance(tmp_path, real_seconds=2, speed=60)
    assert read_clock(tmp_path) == START + timedelta(minutes=2)
    set_clock(tmp_path, START)
    assert read_clock(tmp_path) == START
