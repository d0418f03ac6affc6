"""How far a person sees: everything, or only the accounts they care for.

The account's own floor applies it; here is only the question.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """`csm` is the address that an account must name as its CSM or consultant; None: no limit."""

    csm: str | None

    @property
    def is_limited(self) -> bool:
        """Whether anything is out of sight."""
        return self.csm is not None


EVERYTHING = Scope(csm=None)


def scope_of(user: object) -> Scope:
    """The scope of a person or a key's principal. Keys see everything that their permissions open."""
    if getattr(user, "own_accounts_only", False):
        return Scope(csm=str(getattr(user, "email", "")).lower())
    return EVERYTHING
