"""Sessions: a row in the tenant's own schema that names the tenant, signed for it and refused anywhere else."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSession

from tenants.context import scope

TENANT = "_stay_tenant"


class SessionStore(DatabaseSession):
    """Django's sessions in the database, bound to whose host it is."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing when another tenant wrote it."""
        data = super().load()
        if data and data.get(TENANT) != scope():
            self._session_key = None
            return {}
        return data

    def encode(self, session_dict: dict[str, Any]) -> str:
        """The stored form, with the tenant in it."""
        return super().encode({**session_dict, TENANT: scope()} if session_dict else session_dict)
