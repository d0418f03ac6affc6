"""What a playbook says: stages with steps. Read strictly when a version is written, so that a run never stumbles.

{"stages": [{"name": …, "name_zh": …, "steps": [
    {"code": "call", "title": …, "title_zh": …, "body": …, "body_zh": …, "role": "csm", "kind": "call",
     "evidence": {"kind": "checklist", "ask": [[…, zh], …]}, "due": {"from": "start", "days": 2}}]}]}
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.success.enums import DueFrom, EvidenceKind, TaskKind, WorkRole

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_STEPS = 40
MOST_DAYS = 365
LISTS = (EvidenceKind.CHECKLIST, EvidenceKind.CHOICE)


@dataclass(frozen=True)
class Due:
    """`days` after the run's start, after `step` is done, or before the term ends."""

    kind: DueFrom
    days: int
    step: str = ""


@dataclass(frozen=True)
class Step:
    """One piece of work: whose it is, when it is due, and what shows that it was done."""

    code: str
    stage: tuple[str, str]
    title: tuple[str, str]
    body: tuple[str, str]
    role: str
    kind: str
    evidence: str
    ask: tuple[tuple[str, str], ...]
    due: Due


def words(pair: tuple[str, str], language: str) -> str:
    """English or Chinese, whichever is there when one is missing."""
    english, chinese = pair
    return (chinese or english) if language.startswith("zh") else (english or chinese)


def read_steps(content: Any) -> list[Step]:
    """The steps of `content` in their order; a DomainError names the place of what is wrong."""
    found = list(_steps(content))
    if not found or len(found) > MOST_STEPS:
        raise _wrong(_("An SOP has between 1 and %(most)d steps.") % {"most": MOST_STEPS})
    seen: set[str] = set()
    for step in found:
        if step.code in seen:
            raise _wrong(_("Two steps are called “%(code)s”.") % {"code": step.code})
        if step.due.kind == DueFrom.STEP and step.due.step not in seen:
            raise _wrong(_("Step “%(code)s” waits for a step that doesn’t come before it.") % {"code": step.code})
        seen.add(step.code)
    return found


def _steps(content: Any) -> Iterator[Step]:
    try:
        if "\\u0000" in json.dumps(content, allow_nan=False) or not json.dumps(content, ensure_ascii=False).encode():
            raise ValueError("\\u0000")
        for stage in content["stages"]:
            for given in stage["steps"]:
                yield _step(stage, given)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise _wrong(_("Something is missing or is no word: %(what)s.") % {"what": error}) from error


def _step(stage: dict[str, Any], given: dict[str, Any]) -> Step:
    code = str(given["code"])
    if not CODE.fullmatch(code):
        raise _wrong(_("“%(code)s” is no code: small letters, digits and _ only.") % {"code": code})
    asked = given.get("evidence") or {}
    evidence = EvidenceKind(asked["kind"]).value if asked else ""
    ask = tuple((str(one), str(other)) for one, other in asked.get("ask", ()))
    if evidence in LISTS and not ask:
        raise _wrong(_("Step “%(code)s” asks for a list that is empty.") % {"code": code})
    due, days = given["due"], int(given["due"]["days"])
    if not 0 <= days <= MOST_DAYS:
        raise _wrong(_("Step “%(code)s” is due in %(days)s days; 0 to %(most)d can be.") % {
            "code": code, "days": days, "most": MOST_DAYS,
        })  # fmt: skip
    title = (str(given["title"]).strip(), str(given.get("title_zh", "")).strip())
    if not any(title):
        raise _wrong(_("Step “%(code)s” has no title.") % {"code": code})
    return Step(
        code=code,
        stage=(str(stage["name"]).strip(), str(stage.get("name_zh", "")).strip()),
        title=title,
        body=(str(given.get("body", "")), str(given.get("body_zh", ""))),
        role=WorkRole(given["role"]).value,
        kind=TaskKind(given.get("kind", TaskKind.STEP)).value,
        evidence=evidence,
        ask=ask,
        due=Due(DueFrom(due["from"]), days, str(due.get("step", ""))),
    )


def _wrong(words: str) -> DomainError:
    return DomainError("playbook_unreadable", words, mend=_("Mend the step and save again."))
