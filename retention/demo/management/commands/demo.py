"""``manage.py demo``: two living tenants on one's own machine, until Ctrl-C."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from retention.common.embedded.files import free_port
from retention.common.errors import DomainError
from retention.demo.services.cast import Login
from retention.demo.services.demo_clock import clock_file
from retention.demo.services.load import TENANTS, load_demo, load_tenant
from retention.demo.services.processes import demo_processes
from retention.demo.supervisor import Supervisor
from tenants.commands import StayCommand

READY_WITHIN = 300.0
"""Seconds; a busy machine takes its time to start four processes."""


class Command(StayCommand):
    help = "Load and run the demo: prints addresses and log-ins, runs until Ctrl-C, leaves no process."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--root", type=Path, default=settings.VAR_DIR / "demo", help="where the demo keeps its files"
        )
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--speed", type=float, default=60, help="demo seconds in a second; 0 stands still")
        parser.add_argument("--only", metavar="TENANT", help="load this one of the two, run nothing, and end")
        parser.add_argument("--logins", type=Path, help="also write the log-ins as JSON into this file")

    def within(self, **options: Any) -> Any:
        """The loader enters tenants itself."""
        return self.run(**options)

    def run(self, **options: Any) -> Any:
        root: Path = options["root"].resolve()
        port: int = options["port"]
        logins: Path | None = options["logins"]
        if settings.SETTINGS_MODULE.endswith("production"):
            raise DomainError("no_demo_here", "The demo does not run in production.", mend="Run it with make demo.")
        if only := options["only"]:
            tenant = next(one for one in TENANTS if one.slug == only)
            load_tenant(root, tenant, self.stdout)  # type: ignore[arg-type]
            return {}
        settings.STAY_CLOCK = os.environ["STAY_CLOCK"] = f"file:{clock_file(root)}"
        settings.STAY_SANDBOX_URL = os.environ["STAY_SANDBOX_URL"] = f"http://127.0.0.1:{free_port()}"
        os.environ["STAY_URL_PORT"] = str(port)
        settings.STAY_URL_PORT = port
        os.environ.setdefault("EMAIL_URL", f"file://{root / 'mail'}")
        cast = load_demo(root, out=self.stdout)  # type: ignore[arg-type]
        if logins is not None:
            logins.write_text(json.dumps([asdict(login) for login in cast]))
        with Supervisor(
            demo_processes(root, port=port, speed=options["speed"]), ready_within=READY_WITHIN
        ) as processes:
            self.stdout.write(_welcome(cast, port))
            self.stdout.flush()
            try:
                processes.watch()
            except KeyboardInterrupt:
                self.stdout.write("Stopping …")
        return {}

    def render(self, result: Any) -> str:
        return ""


def _welcome(cast: list[Login], port: int) -> str:
    lines = ["", "Stay is up. Its clock is December 2017; behaviour and the vendor are synthetic.", ""]
    for host in dict.fromkeys(login.host for login in cast):
        path = "operator/" if host == "localhost" else ""
        lines.append(f"  http://{host}:{port}/{path}")
        for login in cast:
            if login.host == host:
                factor = f"   TOTP secret {login.totp}" if login.totp else ""
                lines.append(f"    {login.role:<9} {login.email:<26} {login.password}{factor}")
    return "\n".join([*lines, "", "Ctrl-C stops everything.", ""])
