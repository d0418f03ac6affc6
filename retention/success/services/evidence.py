"""What counts as evidence of each kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.success.enums import EvidenceKind
from retention.success.models import Task

LONGEST = 4000


def evidence_text(task: Task, given: str | Sequence[str]) -> str:
    """What is kept as evidence for `task`; a DomainError says what is missing.

    `given`: a sentence, an address, the name of a file, one of the answers, or the lines of a checklist.
    """
    lines = [given] if isinstance(given, str) else list(given)
    lines = [" ".join(line.split()) for line in lines if line.strip()]
    if not lines:
        raise DomainError(
            "evidence_missing", _("This step needs its evidence."), mend=_("Give it, then tick the step.")
        )
    _CHECKS.get(task.evidence_kind, _no_check)(task, lines)
    return "\n".join(lines)[:LONGEST]


def _no_check(task: Task, lines: list[str]) -> None:
    """A note or the name of a file: whatever is said."""


def _is_link(task: Task, lines: list[str]) -> None:
    address = urlsplit(lines[0])
    if len(lines) != 1 or address.scheme not in ("http", "https") or not address.hostname:
        raise DomainError(
            "evidence_no_link", _("This is not the address of a page."), mend=_("It begins with https://.")
        )


def _is_whole_list(task: Task, lines: list[str]) -> None:
    missing = [line for line in task.evidence_ask if line not in lines]
    if missing or set(lines) - set(task.evidence_ask):
        raise DomainError(
            "evidence_list_incomplete",
            _("The checklist is not complete: %(line)s") % {"line": missing[0] if missing else lines[0]},
            mend=_("Tick every line of it."),
        )


def _is_answer(task: Task, lines: list[str]) -> None:
    if len(lines) != 1 or lines[0] not in task.evidence_ask:
        raise DomainError("evidence_no_answer", _("This is not one of the answers."), mend=_("Choose from the list."))


_CHECKS: dict[str, Callable[[Task, list[str]], None]] = {
    EvidenceKind.LINK: _is_link,
    EvidenceKind.CHECKLIST: _is_whole_list,
    EvidenceKind.CHOICE: _is_answer,
}
