"""A line of the log says where it was said, in JSON, and nothing a person could be known by."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from django_structlog.celery.receivers import CeleryReceiver

from retention.common.logs import log_settings
from tenants.logs import add_tenant
from tenants.models import Tenant
from tenants.tasks import HEADER, tenant_task

SECRETS = ("ada@example.com", "Lovelace", "+44 20 7946 0958", "stay_0123456789abcdef", "s3cret-token")


class _LookupFailed(Exception):
    pass


def fails(request: HttpRequest, token: str) -> HttpResponse:
    try:
        raise _LookupFailed("Key (email)=(ada@example.com) of Lovelace")
    except _LookupFailed as error:
        raise ValueError("no row for Lovelace, +44 20 7946 0958") from error


def talks(request: HttpRequest) -> HttpResponse:
    logging.getLogger("retention.anything").info("from %s: stay_0123456789abcdef, +44 20 7946 0958", "ada@example.com")
    return HttpResponse("ok")


@tenant_task(name="tests.log_and_fail")
def log_and_fail(tenant: str) -> None:
    structlog.get_logger("retention.anything").info("inside")
    raise ValueError("Lovelace")


urlpatterns = [
    path("fails/<str:token>/", fails, name="fails"),
    path("talks/", talks),
    path("", include("retention.urls")),
]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What production would write."""
    given = log_settings(as_json=True, processors=[add_tenant])["formatters"]["stay"]
    formatter = given.pop("()")(**given)
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.addHandler(handler)
    yield handler.stream
    root.removeHandler(handler)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def line(log: io.StringIO, event: str) -> dict[str, Any]:
    (found,) = [one for one in lines(log) if one["event"] == event]
    return found


def ask(acme: Tenant, where: str) -> HttpResponse:
    with override_settings(ROOT_URLCONF=__name__):
        client = Client(raise_request_exception=False, headers={"host": "acme.localhost"})
        return client.get(where)  # type: ignore[return-value]


def test_a_request_is_one_line_with_tenant_and_id(acme: Tenant, log: io.StringIO) -> None:
    response = ask(acme, "/talks/?q=ada@example.com")
    assert response.status_code == 200
    found = line(log, "request_finished")
    assert (found["request"], found["code"], found["tenant"]) == ("GET /talks/", 200, "acme")
    assert found["request_id"] == response.headers["X-Request-ID"]
    assert found["milliseconds"] >= 0
    (said,) = [one for one in lines(log) if one["logger"] == "retention.anything"]
    assert said["event"] == "from [mail]: [key], [phone]"
    assert (said["tenant"], said["request_id"]) == ("acme", found["request_id"])


def test_a_failure_is_told_by_type_and_place_without_its_words(acme: Tenant, log: io.StringIO) -> None:
    response = ask(acme, "/fails/s3cret-token/?name=Lovelace")
    assert response.status_code == 500
    found = line(log, "request_failed")
    assert (found["request"], found["tenant"]) == ("GET /fails/<str:token>/", "acme")
    assert [one["type"] for one in found["exception"]] == [
        "builtins.ValueError",
        "tests.common.test_logs._LookupFailed",
    ]
    assert any("test_logs.py" in place and place.endswith(" fails") for place in found["exception"][0]["at"])
    assert [secret for secret in SECRETS if secret in log.getvalue()] == []


def test_one_request_leaves_nothing_to_the_next(acme: Tenant, log: io.StringIO) -> None:
    first, second = ask(acme, "/talks/"), ask(acme, "/talks/")
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]
    assert structlog.contextvars.get_contextvars() == {}


def test_a_task_names_itself_and_its_tenant(acme: Tenant, log: io.StringIO) -> None:
    receiver = CeleryReceiver()
    receiver.connect_worker_signals()
    sent = log_and_fail.apply(kwargs={"tenant": "acme"}, headers={HEADER: str(acme.public_id)}, throw=False)
    expected = {"task": "tests.log_and_fail", "task_id": sent.id, "tenant": "acme"}
    for event in ("inside", "task_failed"):
        found = line(log, event)
        assert {name: found.get(name) for name in expected} == expected
    assert [one["type"] for one in line(log, "task_failed")["exception"]] == ["builtins.ValueError"]
    assert "Lovelace" not in log.getvalue()
    structlog.contextvars.clear_contextvars()


def test_a_refused_task_is_said(acme: Tenant, log: io.StringIO) -> None:
    log_and_fail.apply(kwargs={"tenant": "acme"}, headers={})
    found = line(log, "task_refused")
    assert (found["why"], found["task"], found["level"]) == ("tenant_mismatch", "tests.log_and_fail", "warning")


def test_who_repeats_addresses_and_exceptions_is_silent() -> None:
    for name in ("django.request", "django.security.csrf", "celery.app.trace"):
        assert settings.LOGGING["loggers"][name] == {"handlers": ["nowhere"], "propagate": False}
