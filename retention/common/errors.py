"""One family of errors that a person can act on.

A :class:`DomainError` says what is wrong (`message`), by a stable `code`, and how to mend it (`mend`).
Doors turn it into a form error, an RFC 9457 body or a command's JSON error; nothing below a door catches it.
"""

from __future__ import annotations


def sentences(*parts: object) -> str:
    """`parts` one after the other, without those that are empty; nothing stands after a Chinese full stop."""
    said = ""
    for part in map(str, parts):
        said += f" {part}" if said and part and not said.endswith("。") else part
    return said


class DomainError(Exception):
    """A refusal with a reason: `code` is stable, `message` and `mend` are sentences for a person."""

    status = 400

    def __init__(self, code: str, message: str, *, mend: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.mend = mend

    @property
    def words(self) -> str:
        """Both sentences, as a person reads them; Chinese ones without a space between."""
        return sentences(self.message, self.mend)

    def as_json(self) -> dict[str, str]:
        """The body of ``{"error": …}`` on the command line."""
        return {"code": self.code, "message": self.message, "mend": self.mend}


class NotFound(DomainError):
    """The thing is not there, or is not yours: strangers can't tell which."""

    status = 404


class Forbidden(DomainError):
    """You are known, and may not do this."""

    status = 403


class Conflict(DomainError):
    """The state moved on between reading and writing."""

    status = 409


class TooLarge(DomainError):
    """More than one request may bring."""

    status = 413


class Unprocessable(DomainError):
    """Well-formed, and contradicts what was said before."""

    status = 422


class Busy(DomainError):
    """Nothing was done; the same request may succeed in `retry_after` seconds."""

    status = 503
    retry_after = 5


class TenancyError(RuntimeError):
    """Code ran without a tenant, or with another one's row. A defect, never a person's mistake."""


class NoPlatform(TenancyError):
    """The database is there and holds nothing of Stay yet: `migrate` has never run on it."""


class Transient(Exception):
    """The outside world failed in a way that may pass: try again later."""


class Permanent(Exception):
    """The outside world refused for good: trying again changes nothing."""
