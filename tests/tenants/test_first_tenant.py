"""The first command on an empty database: it says what is missing, and the first tenant brings it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from retention.common.embedded.servers import ThrowawayServers, start_throwaway_servers

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def servers() -> Iterator[ThrowawayServers]:
    own = start_throwaway_servers(broker=False)
    yield own
    own.stop()


def manage(servers: ThrowawayServers, *argv: str) -> tuple[int, Any]:
    """The exit code and the JSON of a command of its own process, on the servers' empty database."""
    environment = {
        **os.environ,
        "DATABASE_URL": servers.addresses.database_url,
        "DJANGO_SETTINGS_MODULE": "retention.settings.dev",
    }
    command = [sys.executable, "manage.py", *argv, "--json"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout)


def test_the_first_tenant_brings_the_platform_with_it(servers: ThrowawayServers) -> None:
    code, refused = manage(servers, "policy", "acme")
    assert code == 1
    assert refused["error"] == {
        "code": "not_set_up",
        "message": "This database holds nothing of Stay yet.",
        "mend": "Run: python manage.py migrate (or create_tenant).",
    }
    asked = ("--name", "Acme", "--domain", "acme.localhost", "--admin-email", "ada@acme.example")
    code, created = manage(servers, "create_tenant", "acme", *asked)
    assert (code, created["tenant"], created["domain"]) == (0, "acme", "acme.localhost")
    assert manage(servers, "policy", "acme", "models.purchases")[0] == 0
