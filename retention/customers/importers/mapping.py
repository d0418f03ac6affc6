"""Which column of the file is which column of the kind: from the map, else by equal names."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.common.tabular import TableFormat
from retention.customers.importers.registry import Column, Importer

PARTS = ("format", "columns", "constants")
LINE = "{line}"


@dataclass(frozen=True)
class FileMap:
    """``{"format": {…}, "columns": {"column in the file": "name of ours"}, "constants": {"name of ours": "text"}}``.

    A column mapped to "" is left out. A constant stands in every row as if the file had a column of it; ``{line}`` in
    it becomes the row's line in the file.
    """

    layout: TableFormat = field(default_factory=TableFormat)
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, given: Any) -> FileMap:
        """Raises DomainError naming the part that is wrong."""
        if not isinstance(given, dict):
            raise DomainError("bad_map", _("The map is not a JSON object."), mend=_('Write {"columns": {…}}.'))
        for key in given:
            if key not in PARTS:
                raise DomainError(
                    "bad_map", _("The map has no part “%s”.") % key, mend=_("Use: %s.") % ", ".join(PARTS)
                )
        layout, columns, constants = (given.get(part) or {} for part in PARTS)
        if not all(isinstance(part, dict) for part in (layout, columns, constants)):
            raise DomainError(
                "bad_map",
                _("The parts of the map must be objects: %s.") % ", ".join(PARTS),
                mend=_('Write {"columns": {…}}.'),
            )
        for name, target in columns.items():
            if target is not None and not isinstance(target, str):
                raise DomainError(
                    "bad_map", _("Column “%s” is mapped to no name.") % name, mend=_("Give a name as text.")
                )
        for name, text in constants.items():
            if isinstance(text, dict | list | bool | None):
                raise DomainError(
                    "bad_map", _("The constant “%s” is no text.") % name, mend=_("Give it as text or as a number.")
                )
        return cls(
            TableFormat.from_json(layout),
            {name: target or "" for name, target in columns.items()},
            {name: str(text) for name, text in constants.items()},
        )


def read_map(path: Path) -> Any:
    """The JSON in a map file; raises DomainError when there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        raise DomainError("no_such_file", _("There is no map “%s”.") % path, mend=_("Check the path.")) from None
    except ValueError as error:
        raise DomainError("bad_map", _("The map is not valid JSON: %s") % error, mend=_("Mend the file.")) from None


@dataclass(frozen=True)
class Bound:
    """A file's columns, told apart: where each known column stands, and the others by their name.

    `constants` stand behind the file's own columns, in their order.
    """

    known: dict[str, int]
    extra: list[tuple[str, int]]
    constants: tuple[str, ...] = ()


def plain(name: str) -> str:
    """A column name without regard to case, blanks and dashes."""
    return re.sub(r"[\s\-]+", "_", name.strip()).casefold()


def bind(
    importer: Importer, header: list[str], columns: Mapping[str, str], constants: Mapping[str, str] | None = None
) -> Bound:
    """Raises DomainError naming the column: one that the map names and the file lacks, or one that the kind needs."""
    constants = constants or {}
    _refuse_strangers(header, columns)
    known: dict[str, int] = {}
    extra: list[tuple[str, int]] = []
    by_name = {column.name: column for column in importer.all_columns}
    for position, name in enumerate(header):
        target = columns.get(name, plain(name) if plain(name) in by_name else name)
        if not target:
            continue
        if target not in by_name or (name not in columns and target in columns.values()):
            extra.append((target[:120], position))
        elif target in known:
            raise DomainError(
                "column_twice",
                _("Two columns of the file are “%s”.") % target,
                mend=_("Map one of them to another name."),
            )
        else:
            known[target] = position
    for position, name in enumerate(constants, start=len(header)):
        _refuse_constant(importer, name, known)
        known[name] = position
    _refuse_gaps(importer, header, known)
    if extra and not importer.extra:
        raise DomainError(
            "unknown_column",
            _("“%(column)s” is not a column of %(kind)s.") % {"column": extra[0][0], "kind": importer.kind},
            mend=_("Leave it out, or use: %s.") % ", ".join(by_name),
        )
    return Bound(known, sorted(extra), tuple(constants.values()))


def _refuse_constant(importer: Importer, name: str, known: Mapping[str, int]) -> None:
    if importer.column(name) is None:
        raise DomainError(
            "unknown_column",
            _("“%(column)s” is not a column of %(kind)s.") % {"column": name, "kind": importer.kind},
            mend=_("Leave it out, or use: %s.") % ", ".join(column.name for column in importer.all_columns),
        )
    if name in known:
        raise DomainError(
            "column_twice",
            _("“%s” is a column of the file and a constant of the map.") % name,
            mend=_("Take the constant out, or map the file's column to another name or to nothing."),
        )


def _refuse_strangers(header: list[str], columns: Mapping[str, str]) -> None:
    for name in columns:
        if name not in header:
            raise DomainError(
                "no_such_column",
                _("The map names a column “%s” and the file has none.") % name,
                mend=_("The file has: %s.") % ", ".join(header),
            )


def _refuse_gaps(importer: Importer, header: list[str], known: dict[str, int]) -> None:
    """Without these columns no row could be kept; ids and `deleted` are enough to take rows back."""
    if importer.deletable and importer.id_column in known and "deleted" in known:
        return
    missing = [column.name for column in importer.columns if column.required and column.name not in known]
    missing += [" or ".join(group) for group in importer.any_of if not known.keys() & set(group)]
    if missing:
        raise DomainError(
            "missing_column",
            _("%(kind)s need a column “%(column)s” and the file has none.")
            % {"kind": importer.kind, "column": missing[0]},
            mend=_("Map one of the file's columns to it: %s.") % ", ".join(header),
        )


def types_of(importer: Importer, bound: Bound) -> list[Column]:
    """The known columns that the file has, in the kind's order."""
    return [column for column in importer.all_columns if column.name in bound.known]
