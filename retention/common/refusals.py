"""Which failures are a person's to mend: refusals with a reason, and a text that the database can't hold."""

from __future__ import annotations

from django.db import DataError
from django.utils.translation import gettext as _

from retention.common.errors import DomainError

_NUL = "NUL (0x00)"
"""As psycopg calls the one character that no text of PostgreSQL holds, before it sends anything."""


def refusal_of(error: Exception) -> DomainError | None:
    """`error` as a refusal; None for a defect.

    Any text of any request may hold a NUL, be it a search, a name or a reason: it is refused here, where all of them
    end up, and not at each of them.
    """
    if isinstance(error, DomainError):
        return error
    if isinstance(error, DataError) and _NUL in str(error):
        return DomainError(
            "text_unstorable",
            _("The text holds a character that can't be stored."),
            mend=_("Remove it and try again."),
        )
    return None
