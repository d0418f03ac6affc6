"""kill -9 of the servers and of who uses them, at any moment: what was acknowledged is there afterwards."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import psycopg
import pytest
import redis

from retention.common.embedded.files import read_record
from retention.common.embedded.servers import (
    embedded_directory,
    ensure_servers,
    release_servers,
    superuser_dsn,
)
from tests.chaos.process import StayProcess

ROUNDS_OF_WRITING = 3


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A checkout whose servers this test holds in the end."""
    yield tmp_path
    release_servers(embedded_directory(tmp_path))


def kill_postgres(root: Path) -> None:
    pid_file = embedded_directory(root) / "postgres" / "data" / "postmaster.pid"
    os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGKILL)


def kill_broker(root: Path) -> None:
    record = read_record(embedded_directory(root) / "broker.json")
    with redis.Redis(port=int(record["port"]), password=record["password"]) as client:
        os.kill(client.info("server")["process_id"], signal.SIGKILL)


VICTIMS: dict[str, Callable[[Path], None]] = {
    "postgres": kill_postgres,
    "broker": kill_broker,
    "user": lambda root: None,
}


@pytest.mark.parametrize("victim", VICTIMS)
def test_what_was_acknowledged_is_kept(root: Path, victim: str, chance: Random) -> None:
    said: set[str] = set()
    for _ in range(ROUNDS_OF_WRITING):
        with StayProcess(["-m", "tests.chaos.writer", str(root)]) as writer:
            moment = time.monotonic() + chance.uniform(0.0, 0.4)
            deadline = time.monotonic() + 60
            while len(writer.lines()) < 2 or time.monotonic() < moment:
                assert writer.is_running(), str(writer)
                assert time.monotonic() < deadline
                time.sleep(0.002)
            VICTIMS[victim](root)
            writer.kill()
            said.update(writer.lines())
    addresses = ensure_servers(root, postgres=True, broker=True)
    with psycopg.connect(superuser_dsn(embedded_directory(root), "stay")) as database:
        rows = {f"row {run} {number}" for run, number in database.execute("SELECT * FROM public.acknowledged")}
    with redis.from_url(addresses.broker_url) as broker:
        tasks = {f"task {entry.decode()}" for entry in broker.lrange("acknowledged", 0, -1)}
    assert said - rows - tasks == set()
    assert len(said) > ROUNDS_OF_WRITING
    # The writer was killed at most between a server's answer and its own words: one more at each kill.
    assert len((rows | tasks) - said) <= 2 * ROUNDS_OF_WRITING
