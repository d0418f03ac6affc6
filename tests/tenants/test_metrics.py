"""/metrics tells the platform's state to the machine itself and to whoever has the token."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client, override_settings

from retention.common import clock
from tenants.context import use_public
from tenants.models import DeadLetter, Schedule, Tenant

TOKEN = "a-token-of-more-than-thirty-two-characters"
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


def value(text: str, name: str) -> float:
    (line,) = [line for line in text.splitlines() if line.startswith(f"{name} ")]
    return float(line.rpartition(" ")[2])


@pytest.mark.parametrize("host", ["acme.localhost", "localhost", "unknown.example"])
def test_the_state_of_the_platform_is_read_from_the_rows(acme: Tenant, rival: Tenant, host: str) -> None:
    with use_public():
        DeadLetter.objects.create(task="a", reason="no_tenant")
        DeadLetter.objects.create(task="b", reason="no_tenant")
        DeadLetter.objects.create(task="c", reason="tenant_mismatch")
        Schedule.objects.create(tenant=acme, name="x", due_at=clock.now() - timedelta(minutes=10))
        Schedule.objects.create(tenant=acme, name="y", due_at=clock.now() + timedelta(minutes=10))
    response = Client(headers={"host": host}).get("/metrics")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain")
    text = response.content.decode()
    assert value(text, 'stay_tenants{status="active"}') == 2
    assert value(text, 'stay_dead_letters{reason="no_tenant"}') == 2
    assert value(text, 'stay_dead_letters{reason="tenant_mismatch"}') == 1
    assert value(text, "stay_broken_schemas") == 0
    assert 600 <= value(text, "stay_schedule_late_seconds") < 660
    assert value(text, "django_http_requests_before_middlewares_total") >= 1


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Real-IP"])
def test_a_proxy_beside_us_asks_for_the_world(acme: Tenant, header: str) -> None:
    assert Client(headers={"host": "acme.localhost", header: "192.0.2.7"}).get("/metrics").status_code == 404


def test_elsewhere_only_the_token_opens(acme: Tenant) -> None:
    client = Client(headers={"host": "acme.localhost"}, **ELSEWHERE)  # type: ignore[arg-type]
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/metrics", headers=bearer).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    with override_settings(METRICS_TOKEN=TOKEN):
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}x"}).status_code == 404
        assert client.get("/metrics", headers=bearer).status_code == 200
        assert client.post("/metrics", headers=bearer).status_code in (403, 405)
