"""``manage.py sandbox_provider``: the stand-in for the carriers of SMS and push, on this machine alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from campaigns.channels.sandbox import sandbox
from campaigns.sandbox.server import Sandbox
from campaigns.webhooks import secrets_of


class Command(BaseCommand):
    help = "Serve the sandbox provider on the loopback, until it is stopped."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8090)
        parser.add_argument("--ledger", type=Path, help="keep what it takes in this file, a line each")
        parser.add_argument("--no-idempotency", action="store_true", help="take the same message twice")

    def handle(self, *args: Any, **options: Any) -> None:
        server = Sandbox(
            port=options["port"],
            secret=lambda account: next(secrets_of(sandbox.name, account)),
            ledger=options["ledger"],
            keyed=not options["no_idempotency"],
        )
        self.stdout.write(f"sandbox provider at http://127.0.0.1:{server.server_address[1]}")
        self.stdout.flush()
        server.serve_forever()
