"""A rule that is still being written: whatever the form holds, complete or not.

Each part has a path ("0" the root, "0.1" its second part) under which the form names its fields: ``0.1-field``,
``0.1-op``, ``0.1-v`` (once a value), ``0.1-p-days``; a group has ``0-kind``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from retention.segments.fields import Field, fields
from retention.segments.rules.ops import OPS

ROOT = "0"
KINDS = ("all", "any", "none", "not_all")
FIRST_FIELD = "pool"


class Posted(Protocol):
    """What a form sent: Django's QueryDict, for example."""

    def __contains__(self, key: object) -> bool: ...
    def __getitem__(self, key: str) -> object: ...
    def getlist(self, key: str) -> list[str]: ...
    def __iter__(self) -> Iterator[str]: ...


@dataclass
class DraftClause:
    """One condition as typed."""

    field: str
    op: str = ""
    values: list[str] = dataclasses.field(default_factory=list)
    params: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def known(self) -> Field:
        """The field; the first one where the form names none that is known."""
        return fields.get(self.field) or fields[FIRST_FIELD]

    def settled(self) -> DraftClause:
        """The same with an operation that its field has, and every parameter."""
        ops = OPS[self.known.type]
        params = {p.code: self.params.get(p.code, str(p.default or "")) for p in self.known.all_params}
        return DraftClause(self.known.code, self.op if self.op in ops else next(iter(ops)), self.values, params)


@dataclass
class DraftGroup:
    """Parts held together: all, any, none or not all of them."""

    kind: str = "all"
    parts: list[DraftPart] = dataclasses.field(default_factory=list)


DraftPart = DraftClause | DraftGroup


def new_draft() -> DraftGroup:
    """What the builder opens with: one condition, not yet answered."""
    return DraftGroup("all", [DraftClause(FIRST_FIELD).settled()])


def read_draft(posted: Posted) -> DraftGroup:
    """The draft that the form holds; a new one when it holds none."""
    part = _read(posted, ROOT)
    return part if isinstance(part, DraftGroup) else new_draft()


def _read(posted: Posted, path: str) -> DraftPart | None:
    if f"{path}-field" in posted:
        return _read_clause(posted, path)
    if f"{path}-kind" not in posted:
        return None
    kind = str(posted[f"{path}-kind"])
    group = DraftGroup(kind if kind in KINDS else "all")
    while (part := _read(posted, f"{path}.{len(group.parts)}")) is not None:
        group.parts.append(part)
    return group


def _read_clause(posted: Posted, path: str) -> DraftClause:
    code = str(posted[f"{path}-field"])
    was = str(posted[f"{path}-was"]) if f"{path}-was" in posted else code
    if was != code:
        return DraftClause(code).settled()
    marker = f"{path}-p-"
    params = {key.removeprefix(marker): str(posted[key]) for key in posted if key.startswith(marker)}
    op = str(posted[f"{path}-op"]) if f"{path}-op" in posted else ""
    return DraftClause(code, op, posted.getlist(f"{path}-v"), params).settled()


def act_on(draft: DraftGroup, do: str) -> DraftGroup:
    """`draft` after ``add:PATH``, ``group:PATH`` or ``remove:PATH``; anything else changes nothing."""
    verb, _colon, path = do.partition(":")
    group = _find(draft, path if verb in ("add", "group") else path.rpartition(".")[0])
    if group is None:
        return draft
    if verb == "add":
        group.parts.append(DraftClause(FIRST_FIELD).settled())
    elif verb == "group":
        group.parts.append(DraftGroup("any", [DraftClause(FIRST_FIELD).settled()]))
    elif verb == "remove" and (last := path.rpartition(".")[2]).isdigit() and int(last) < len(group.parts):
        del group.parts[int(last)]
    return draft


def next_focus(draft: DraftGroup, do: str) -> str:
    """The id of the element at which work goes on after `do`: what has come, or where more can be added."""
    verb, _colon, path = do.partition(":")
    above = path.rpartition(".")[0]
    if verb == "remove" and _find(draft, above) is not None:
        return f"add-{above}"
    group = _find(draft, path) if verb in ("add", "group") else None
    if group is None:
        return ""
    last = f"{path}.{len(group.parts) - 1}"
    return f"{last}-field" if verb == "add" else f"{last}.0-field"


def _find(draft: DraftGroup, path: str) -> DraftGroup | None:
    steps = path.split(".")
    if steps[0] != ROOT:
        return None
    here: DraftPart = draft
    for step in steps[1:]:
        if not isinstance(here, DraftGroup) or not step.isdigit() or int(step) >= len(here.parts):
            return None
        here = here.parts[int(step)]
    return here if isinstance(here, DraftGroup) else None


def walk(part: DraftPart, path: str = ROOT) -> Iterator[tuple[str, DraftPart]]:
    """Every part with its path, parents first."""
    yield path, part
    if isinstance(part, DraftGroup):
        for n, below in enumerate(part.parts):
            yield from walk(below, f"{path}.{n}")
