"""``sending [on|off]``: may the platform's messages to customers go out?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from retention.common import clock
from tenants.commands import StayCommand
from tenants.selectors.platform import sending_state
from tenants.services.sending import count_due, resume_all_sending, stop_all_sending


class Command(StayCommand):
    help = "Show, stop or resume the sending of all tenants. After a restore it is off until it is resumed here."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("turn", nargs="?", choices=("on", "off"), metavar="on|off", help="nothing: say how it is")
        parser.add_argument("--why", default="", help="kept in the audit log when it is stopped")
        parser.add_argument("--due", choices=("hold", "send"), help="after a restore: what becomes of what is due")

    def run(self, **options: Any) -> dict[str, Any]:
        now, held = clock.now(), {}
        if options["turn"] == "off":
            stop_all_sending(actor="sending", now=now, why=options["why"])
        elif options["turn"] == "on":
            held = resume_all_sending(actor="sending", now=now, due=options["due"])
        state = sending_state()
        return {
            "sending": "on" if state.is_on else "off",
            "stopped_at": state.stopped_at,
            "restored": state.is_restored,
            "due": count_due(now=now),
            "held": held,
        }

    def render(self, result: dict[str, Any]) -> str:
        lines = [f"Sending is {result['sending']}."]
        if result["stopped_at"]:
            lines.append(f"An operator stopped it at {result['stopped_at']:%Y-%m-%d %H:%M} UTC.")
        if result["restored"]:
            lines.append(
                "This database was restored, or failed over: what was sent since the backup isn't known here."
            )
        lines += [f"{slug}: {count:,} due" for slug, count in result["due"].items()]
        lines += [f"{slug}: {count:,} held for good" for slug, count in result["held"].items()]
        return "\n".join(lines)
