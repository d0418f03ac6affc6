"""Where mail goes, by ``EMAIL_URL``: smtp://user:password@host:587, smtps://, file:///folder or console:."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from retention.common.environment import EnvironmentRefused

BACKENDS = "django.core.mail.backends"


def email_from_url(url: str) -> dict[str, Any]:
    """Django's mail settings for `url`; ``?from=`` names the sender, ``?tls=no`` leaves STARTTLS out."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    found: dict[str, Any] = {"DEFAULT_FROM_EMAIL": query["from"]} if "from" in query else {}
    if parts.scheme == "console":
        return found | {"EMAIL_BACKEND": "retention.common.console_mail.EmailBackend"}
    if parts.scheme == "file" and parts.path:
        return found | {"EMAIL_BACKEND": f"{BACKENDS}.filebased.EmailBackend", "EMAIL_FILE_PATH": unquote(parts.path)}
    if parts.scheme in ("smtp", "smtps") and parts.hostname:
        secure = parts.scheme == "smtps"
        return found | {
            "EMAIL_BACKEND": f"{BACKENDS}.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or (465 if secure else 587),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": secure,
            "EMAIL_USE_TLS": not secure and query.get("tls") != "no",
            "EMAIL_TIMEOUT": 10,
        }
    raise EnvironmentRefused(
        "EMAIL_URL",
        "is no address of a mail server",
        mend="Write it as smtp://user:password@host:587?from=stay@example.com, file:///folder or console:.",
    )
