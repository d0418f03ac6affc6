"""The database setting from a URL."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tenants.backend import pool


def database_from_url(url: str) -> dict[str, Any]:
    """Django's setting for ``postgresql://user:password@host:port/name?option=value``."""
    parts = urlsplit(url)
    return {
        "ENGINE": "tenants.backend",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {**dict(parse_qsl(parts.query)), "pool": dict(pool.OPTIONS)},
    }
