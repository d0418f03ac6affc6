"""Imports of one tenant merge one after the other, so that each sees what the one before has written."""

from __future__ import annotations

from django.db import OperationalError, connection
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from retention.common.errors import Busy

_MERGE_LOCK = 2


def take_turn(*, patience_ms: int = 0) -> None:
    """Wait for the merge before; the turn ends with the transaction.

    `patience_ms` is the longest wait, 0 for any; Busy when it is over.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {int(patience_ms)}; SET LOCAL work_mem = '128MB'")
        key = f"{connection.schema_name}:imports"  # type: ignore[attr-defined]
        try:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [key, _MERGE_LOCK])
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            raise Busy(
                "import_running",
                _("A large import is being merged; nothing of this batch was kept."),
                mend=_("Send the same batch again in a few seconds."),
            ) from error
