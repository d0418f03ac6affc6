"""``manage.py demo_feed``: moves the demo's clock and sends what became due. Started by ``demo``, not by people."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from retention.common.errors import Transient
from retention.demo.services.demo_clock import advance, read_clock
from retention.demo.services.keys import write_keys
from retention.demo.services.live import feed_due
from tenants.commands import StayCommand

TICK_SECONDS = 2.0


class Command(StayCommand):
    help = "Move the demo's clock on and send what became due to the ingest door."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--root", type=Path, required=True)
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--speed", type=float, required=True)

    def within(self, **options: Any) -> Any:
        """It talks to the doors only, as any client does."""
        return self.run(**options)

    def run(self, **options: Any) -> Any:
        root: Path = options["root"]
        port: int = options["port"]
        speed: float = options["speed"]
        keys = write_keys(root)
        last = time.monotonic()
        while True:
            time.sleep(TICK_SECONDS)
            passed, last = time.monotonic() - last, time.monotonic()
            now = advance(root, real_seconds=passed, speed=speed) if speed else read_clock(root)
            try:
                sent = feed_due(root, base_url=f"http://127.0.0.1:{port}", write_keys=keys, now=now)
            except Transient as trouble:
                self.stderr.write(f"{now.isoformat()} {trouble}; trying again")
            else:
                if sent:
                    self.stdout.write(f"{now.isoformat()} sent {sent}")
