"""A real web server: the published client works unchanged; what was acknowledged is stored, whenever it is killed."""

from __future__ import annotations

import http.client
import json
import os
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from random import Random

import pytest
from segment.analytics.client import Client

from tests.chaos.installation import Installation
from tests.chaos.process import StayProcess

BATCH = 20


@pytest.fixture(scope="module")
def write_key(installation: Installation) -> str:
    installation.run(
        "create_tenant", "feed", "--name", "Feed", "--domain", "feed.localhost", "--admin-email", "a@example.com"
    )
    key: str = installation.run("api_key", "feed", "--name", "site", "--scopes", "customers.view")["write_key"]
    return key


@contextmanager
def serving(installation: Installation) -> Iterator[tuple[StayProcess, int]]:
    """A web server that answers, and its port."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    words = ["-m", "gunicorn", "retention.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    with installation.start(words) as server:
        deadline = time.monotonic() + 60
        while True:
            assert server.is_running() and time.monotonic() < deadline, str(server)
            with suppress(OSError):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                connection.request("GET", "/livez")
                if connection.getresponse().status == 200:
                    break
            time.sleep(0.05)
        yield server, port


def stored(installation: Installation, like: str) -> set[str]:
    rows = installation.ask("SELECT event_id FROM t_feed.customers_event WHERE event_id LIKE %s", like)
    return {row[0] for row in rows}


def test_every_call_of_the_published_client(installation: Installation, write_key: str) -> None:
    problems: list[object] = []
    at = datetime(2024, 5, 1, 10, tzinfo=UTC)
    with serving(installation) as (_server, port):
        client = Client(
            write_key,
            host=f"http://127.0.0.1:{port}",
            gzip=True,
            max_retries=1,
            on_error=lambda error, items: problems.append((error, items)),
        )
        client.track(anonymous_id="v1", event="Product Viewed", timestamp=at)
        client.identify("ann", {"email": "a@example.com", "plan": "gold"}, anonymous_id="v1")
        client.group("ann", "A1", {"name": "Alpha"})
        client.track("ann", "Signed In", {"when": at}, timestamp=at)
        client.page("ann", "Docs", "Home", {"url": "/"})
        client.screen("ann", "Shop", "Cart")
        client.track("ann", "Order Completed", {"order_id": "7", "revenue": 19.5}, timestamp=at)
        client.alias("old", "ann")
        for number in range(250):
            client.track(f"u{number % 10}", "Product Viewed", timestamp=at)
        client.flush()
        client.join()
    assert problems == []
    assert installation.ask("SELECT count(*) FROM t_feed.customers_event") == [(255,)]
    ann = installation.ask(
        "SELECT c.email, c.traits, s.login_days, s.order_days, s.net_revenue::float FROM t_feed.customers_customer c"
        " JOIN t_feed.customers_customerstate s ON s.customer_id = c.id WHERE external_id = 'ann'"
    )
    assert ann == [("a@example.com", {"plan": "gold"}, 1, 1, 19.5)]
    people = installation.ask("SELECT count(*) FROM t_feed.customers_customer WHERE merged_into_id IS NULL")
    assert people == [(11,)]


def test_acknowledged_events_are_stored_whenever_the_server_is_killed(
    installation: Installation, write_key: str, chance: Random
) -> None:
    """Several senders at once; the server is killed in their midst; each id that got a 2xx is in the database."""
    run = f"kill-{os.getpid()}-{chance.randrange(1 << 30)}"
    acknowledged: list[str] = []
    with serving(installation) as (server, port):
        senders = [
            threading.Thread(target=send_until_dead, args=(port, write_key, f"{run}-{number}", acknowledged))
            for number in range(3)
        ]
        for sender in senders:
            sender.start()
        deadline = time.monotonic() + 60
        while len(acknowledged) < BATCH * 3:
            assert time.monotonic() < deadline, str(server)
            time.sleep(0.01)
        time.sleep(chance.random())
        server.kill()
        for sender in senders:
            sender.join(timeout=30)
    kept = stored(installation, f"{run}-%")
    assert len(acknowledged) >= BATCH * 3
    assert set(acknowledged) - kept == set()
    states = installation.ask(
        "SELECT count(*) FROM t_feed.customers_customer c LEFT JOIN t_feed.customers_customerstate s"
        " ON s.customer_id = c.id WHERE c.merged_into_id IS NULL AND (s.customer_id IS NULL OR s.login_days <>"
        " (SELECT count(DISTINCT e.occurred_on) FROM t_feed.customers_event e WHERE e.customer_id = c.id"
        "  AND e.name = 'Signed In'))"
    )
    assert states == [(0,)]


def send_until_dead(port: int, write_key: str, prefix: str, acknowledged: list[str]) -> None:
    headers = {
        "Authorization": "Basic " + b64encode(f"{write_key}:".encode()).decode(),
        "Content-Type": "application/json",
    }
    for number in range(5_000):
        ids = [f"{prefix}-{number}-{place}" for place in range(BATCH)]
        batch = [
            {
                "type": "track",
                "event": "Signed In",
                "userId": f"u{place % 7}",
                "messageId": id_,
                "timestamp": f"2024-05-{1 + number % 28:02}T00:00:00Z",
            }
            for place, id_ in enumerate(ids)
        ]
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("POST", "/v1/batch", json.dumps({"batch": batch}), headers)
            if connection.getresponse().status // 100 == 2:
                acknowledged.extend(ids)
        except (OSError, http.client.HTTPException):
            return
