"""``api_key TENANT --name NAME --scopes CODES``: a key of the REST API and a write key, shown this once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from retention.common import clock
from tenants.commands import TenantCommand
from tenants.people.services.keys import create_api_key, create_write_key


class Command(TenantCommand):
    help = "Make an API key with the given permissions and a write key for events. Both are shown once."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="what uses it")
        parser.add_argument("--scopes", required=True, help="permission codes between commas")
        parser.add_argument("--days", type=int, default=None, help="how long it lives; else the tenant's policy")

    def run(self, **options: Any) -> dict[str, str]:
        now = clock.now()
        scopes = [code.strip() for code in options["scopes"].split(",") if code.strip()]
        name, days = options["name"], options["days"]
        _key, text = create_api_key(name=name, scopes=scopes, days=days, actor="api_key", now=now)
        _write, write_text = create_write_key(name=name, days=days, actor="api_key", now=now)
        return {"key": text, "write_key": write_text}

    def render(self, result: dict[str, str]) -> str:
        return (
            f"key        {result['key']}\nwrite key  {result['write_key']}\nKeep them now: they are not shown again."
        )
