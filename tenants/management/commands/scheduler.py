"""``manage.py scheduler``: wakes what is due in every tenant, each chore once, until it is stopped."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandParser

from retention.common import clock
from tenants.chore_tasks import run_chore
from tenants.commands import StayCommand
from tenants.context import use_tenant
from tenants.services.schedule import claim_due


class Command(StayCommand):
    help = "Wake what is due in every tenant. Any number of these may run."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=30.0, metavar="SECONDS", help="how often to look")
        parser.add_argument("--once", action="store_true", help="look once and end")

    def run(self, **options: Any) -> Any:
        woken = 0
        while True:
            now = clock.now()
            for due in claim_due(now=now):
                with use_tenant(due.tenant):
                    run_chore.wake(name=due.name, due_at=now.isoformat())
                woken += 1
            if options["once"]:
                return {"woken": woken}
            time.sleep(options["every"])
