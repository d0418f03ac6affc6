"""A write key, and a hand that sends messages with it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from tenants.context import use_tenant
from tenants.models import Tenant
from tenants.people.services.keys import create_write_key

Send = Callable[..., tuple[int, Any]]


@pytest.fixture
def write_key(acme: Tenant) -> str:
    with use_tenant(acme):
        return create_write_key(name="site", actor="test", now=datetime.now(UTC))[1]


@pytest.fixture
def send(write_key: str) -> Send:
    """``send("track", {…})`` posts to /v1/track; (status, the answer's JSON)."""

    def send_(door: str, body: Any, *, key: str = write_key, host: str = "acme.localhost", **headers: str) -> Any:
        credentials = base64.b64encode(f"{key}:".encode()).decode()
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = Client(headers={"host": host}).post(
            f"/v1/{door}",
            content,
            content_type="application/json",
            headers={"authorization": f"Basic {credentials}", "host": host, **headers},
        )
        return response.status_code, response.json()

    return send_
