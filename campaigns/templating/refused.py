"""How a text is refused."""

from __future__ import annotations

from retention.common.errors import DomainError


class TemplateRefused(DomainError):
    """A text that can't be used: `line` is where, from 1."""

    def __init__(self, code: str, message: str, *, mend: str = "", line: int = 1) -> None:
        super().__init__(code, message, mend=mend)
        self.line = line
