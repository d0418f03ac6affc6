"""Facts of the platform that every tenant may read: whether messages to customers may go out at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tenants.context import connection

STOP_SENDING = "stop_sending"
BY_OPERATOR = f"EXISTS (SELECT FROM platform.switch w WHERE w.name = '{STOP_SENDING}' AND w.is_on)"
RESTORED = "NOT EXISTS (SELECT FROM platform.home h WHERE h.place = platform.place())"
SENDING_IS_OFF = f"({BY_OPERATOR} OR {RESTORED})"
"""True where nothing new goes out: an operator said so, or the database came out of a backup and nobody has yet said
that it may send. A fail-over counts as one: the last commits may be lost, and with them what was sent."""


@dataclass(frozen=True)
class SendingState:
    """Whether the platform sends; if not, since when an operator stopped it, and whether it was restored."""

    stopped_at: datetime | None
    is_restored: bool

    @property
    def is_on(self) -> bool:
        """Whether messages go out."""
        return self.stopped_at is None and not self.is_restored


def sending_state() -> SendingState:
    """How it stands now, for any role."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT changed_at FROM platform.switch WHERE name = %s AND is_on), {RESTORED}",  # noqa: S608
            [STOP_SENDING],
        )
        return SendingState(*cursor.fetchone())
