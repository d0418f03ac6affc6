"""The embedded broker: what it acknowledged survives kill -9; it is closed to whoever has no password."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from retention.common.broker_transport import VISIBILITY_SECONDS, transport_options
from retention.common.embedded.broker import Broker
from retention.common.embedded.keeper import mutex_of
from retention.common.embedded.locks import exclusive
from retention.common.embedded.servers import embedded_directory, ensure_servers, release_servers
from tests.common.servers_user import ServersUser


@pytest.fixture
def user(tmp_path: Path) -> Iterator[ServersUser]:
    with ServersUser(tmp_path, servers=("broker",)) as joined:
        yield joined


def kill(address: str) -> None:
    os.kill(redis.from_url(address).info("server")["process_id"], signal.SIGKILL)


def test_what_was_acknowledged_survives_a_kill(user: ServersUser, tmp_path: Path) -> None:
    with redis.from_url(user.addresses["broker_url"]) as client:
        for number in range(500):
            client.rpush("tasks", number)
    kill(user.addresses["broker_url"])
    with ServersUser(tmp_path, servers=("broker",)) as second:
        assert second.addresses == user.addresses
        with redis.from_url(second.addresses["broker_url"]) as client:
            assert client.lrange("tasks", 0, -1) == [str(number).encode() for number in range(500)]


def test_a_restart_keeps_tasks_and_address(tmp_path: Path) -> None:
    with ServersUser(tmp_path, servers=("broker",)) as first, redis.from_url(first.addresses["broker_url"]) as client:
        client.set("kept", "yes")
    broker = Broker(embedded_directory(tmp_path) / "broker")
    with exclusive(mutex_of(embedded_directory(tmp_path))):
        assert not broker.is_alive()
    with (
        ServersUser(tmp_path, servers=("broker",)) as second,
        redis.from_url(second.addresses["broker_url"]) as client,
    ):
        assert second.addresses == first.addresses
        assert client.get("kept") == b"yes"


def test_it_asks_for_the_password_and_never_evicts(user: ServersUser) -> None:
    port = int(user.addresses["broker_url"].rsplit(":", 1)[1].split("/")[0])
    with redis.Redis(port=port) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()
    with redis.from_url(user.addresses["broker_url"]) as client:
        assert client.config_get("maxmemory-policy", "appendonly", "bind") == {
            "maxmemory-policy": "noeviction",
            "appendonly": "yes",
            "bind": "127.0.0.1",
        }


def test_tasks_and_cache_are_apart(user: ServersUser) -> None:
    with (
        redis.from_url(user.addresses["broker_url"]) as tasks,
        redis.from_url(user.addresses["cache_url"]) as cache,
    ):
        tasks.set("task", "1")
        cache.flushdb()
        assert tasks.get("task") == b"1"


def test_postgres_joins_a_directory_that_had_only_a_broker(user: ServersUser, tmp_path: Path) -> None:
    with ServersUser(tmp_path, servers=("postgres", "broker")) as both:
        assert both.addresses["broker_url"] == user.addresses["broker_url"]
        assert both.addresses["database_url"].startswith("postgresql://stay_login:")


def test_this_process_may_ask_again(tmp_path: Path) -> None:
    first = ensure_servers(tmp_path, postgres=False, broker=True)
    assert ensure_servers(tmp_path, postgres=False, broker=True) == first
    release_servers(embedded_directory(tmp_path))


def test_transport_options_are_for_the_transport_that_knows_them() -> None:
    assert transport_options("redis://:p@127.0.0.1:6379/0") == {
        "visibility_timeout": VISIBILITY_SECONDS,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    }
    assert transport_options("amqp://u:p@mq.example//") == {"confirm_publish": True}
