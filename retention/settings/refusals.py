"""What production refuses to start on."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

from retention.common.environment import Environment
from retention.common.errors import DomainError

_ADDRESSES = ("DATABASE_URL", "BROKER_URL", "CACHE_URL")
_SECRET_LENGTH = 50


def refuse_missing_servers(environment: Environment) -> None:
    """Embedded servers are for one machine, not for production."""
    for name in _ADDRESSES:
        if name not in environment:
            raise DomainError("unsafe_settings", f"{name} is not set.", mend=f"Set {name} in the environment.")


def refuse_unsafe_settings(settings: Mapping[str, object]) -> None:
    """Raises with every unsafe setting at once."""
    _refuse("unsafe_settings", list(_unsafe_settings(settings)))


def refuse_unsafe_servers(database_url: str, redis_urls: list[str]) -> None:
    """Asks the servers themselves: no connection of PgBouncer's transaction mode, no Redis that evicts."""
    found = []
    if _pools_by_transaction(database_url):
        found.append("The database is behind a pool that changes connections between transactions: use session mode.")
    for url in redis_urls:
        if urlsplit(url).scheme.startswith("amqp"):
            continue
        with redis.from_url(url) as client:
            policy = client.info("memory").get("maxmemory_policy")
        if policy != "noeviction":
            found.append(f"Redis at {urlsplit(url).hostname} evicts ({policy}): set maxmemory-policy noeviction.")
    _refuse("unsafe_servers", found)


def refuse_unsafe_servers_in_production() -> None:
    """For the doors that serve: web and workers ask once, before they fork."""
    if os.environ.get("DJANGO_SETTINGS_MODULE") == "retention.settings.production":
        refuse_missing_servers(Environment.of_process())
        refuse_unsafe_servers(os.environ["DATABASE_URL"], [os.environ["BROKER_URL"], os.environ["CACHE_URL"]])


def refuse_uncollected_files(root: Path) -> None:
    """Without the gathered files every page would fail, the error pages too."""
    if not (root / "staticfiles.json").is_file():
        raise DomainError(
            "files_not_collected",
            f"Production does not start: {root} holds no collected files.",
            mend="Run manage.py collectstatic --no-input and start again.",
        )


def _unsafe_settings(settings: Mapping[str, object]) -> Iterator[str]:
    if settings.get("DEBUG"):
        yield "DEBUG is on: turn it off."
    secret = str(settings.get("SECRET_KEY", ""))
    if len(secret) < _SECRET_LENGTH or len(set(secret)) < 5 or "insecure" in secret:
        yield "SECRET_KEY is a default or too simple: set STAY_SECRET_KEY to 50 random characters or more."
    hosts = settings.get("ALLOWED_HOSTS")
    if not isinstance(hosts, list) or not hosts or any("*" in host for host in hosts):
        yield "ALLOWED_HOSTS is empty or a wildcard: set STAY_ALLOWED_HOSTS to your domains."
    for name in ("SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN", "LANGUAGE_COOKIE_DOMAIN"):
        if settings.get(name):
            yield f"{name} shares a cookie between tenants: remove it."
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        if not settings.get(name):
            yield f"{name} is off: turn it on."
    if settings.get("SHOW_PUBLIC_IF_NO_TENANT_FOUND"):
        yield "SHOW_PUBLIC_IF_NO_TENANT_FOUND serves strangers: turn it off."
    if settings.get("STAY_CLOCK"):
        yield "STAY_CLOCK moves the clock: unset it."


def _pools_by_transaction(database_url: str) -> bool:
    """True when a connection that waits lends its server to another: then it finds itself elsewhere."""
    with (
        psycopg.connect(database_url, autocommit=True, connect_timeout=10, prepare_threshold=None) as waiting,
        psycopg.connect(database_url, connect_timeout=10, prepare_threshold=None) as rival,
    ):
        before = waiting.execute("SELECT pg_backend_pid()").fetchone()
        rival.execute("SELECT 1")  # opens a transaction, so it keeps whatever server it was given
        return waiting.execute("SELECT pg_backend_pid()").fetchone() != before


def _refuse(code: str, found: list[str]) -> None:
    if found:
        raise DomainError(code, "Production does not start: " + " ".join(found), mend="Mend each and start again.")
