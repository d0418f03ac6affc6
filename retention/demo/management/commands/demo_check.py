"""``manage.py demo_check``: the demo on free ports without a person; the last line is one JSON summary."""

from __future__ import annotations

import json
import sys
from typing import Any

from retention.demo.services.check import check_demo
from tenants.commands import StayCommand


class Command(StayCommand):
    help = "Run the demo in a throw-away place, do the main job, walk it as each persona, print a JSON summary."

    def within(self, **options: Any) -> Any:
        """Everything goes through the doors of another process."""
        return self.run(**options)

    def run(self, **options: Any) -> Any:
        summary = check_demo(say=sys.stderr)
        self.stdout.write(json.dumps(summary, ensure_ascii=False))
        if not summary["ok"]:
            sys.exit(1)
        return summary

    def render(self, result: Any) -> str:
        return ""
