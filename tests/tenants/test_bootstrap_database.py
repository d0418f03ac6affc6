"""The command that prepares a database of one's own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from retention.common.embedded.servers import ThrowawayServers, start_throwaway_servers

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def servers() -> Iterator[ThrowawayServers]:
    own = start_throwaway_servers(broker=False)
    yield own
    own.stop()


def bootstrap(servers: ThrowawayServers, database_url: str) -> tuple[int, str]:
    command = [sys.executable, "manage.py", "bootstrap_database", "--json"]
    environment = {
        **os.environ,
        "STAY_SUPERUSER_URL": servers.superuser_url,
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "retention.settings.dev",
    }
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout.strip() or done.stderr


def test_it_makes_what_the_address_names(servers: ThrowawayServers) -> None:
    port = servers.superuser_url.rsplit(":", 1)[1].split("/")[0]
    url = f"postgresql://stay_login:p%2Fw@127.0.0.1:{port}/mine"
    for _ in range(2):
        assert bootstrap(servers, url) == (0, '{"database": "mine", "login": "stay_login"}')
    with psycopg.connect(url) as login:
        owner = "SELECT pg_get_userbyid(datdba), current_user FROM pg_database WHERE datname = 'mine'"
        assert login.execute(owner).fetchone() == ("stay_owner", "stay_login")


def test_it_refuses_another_login(servers: ThrowawayServers) -> None:
    code, answer = bootstrap(servers, "postgresql://somebody:x@127.0.0.1:5432/mine")
    assert code == 1
    assert answer == (
        '{"error": {"code": "database_url", "message": "DATABASE_URL must name the login stay_login, a password and a '
        'database.", "mend": "Write it as postgresql://stay_login:PASSWORD@127.0.0.1:5432/stay."}}'
    )
