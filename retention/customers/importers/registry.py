"""What can be brought in: each KIND says its columns and how staged rows become rows of the record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from retention.common.registry import Registry

if TYPE_CHECKING:
    from retention.customers.importers.stage import Stage

Text = Promise | str


class ColumnType(StrEnum):
    """What a cell may hold. ID and TEXT keep leading zeros; DATETIME without a zone is the tenant's."""

    ID = "id"
    TEXT = "text"
    DATETIME = "datetime"
    DATE = "date"
    MONEY = "money"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    EMAIL = "email"
    PHONE = "phone"
    LANGUAGE = "language"
    TIMEZONE = "timezone"
    CURRENCY = "currency"


@dataclass(frozen=True)
class Column:
    """One column that a kind knows. `synonyms` help to suggest a mapping, in either language."""

    name: str
    type: ColumnType
    label: Text
    required: bool = False
    help: Text = ""
    choices: tuple[str, ...] = ()
    max_length: int = 200
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of the staged rows that were not refused: kept + unchanged is their number."""

    kept: int
    unchanged: int


@dataclass(frozen=True)
class Importer:
    """A kind of row. `apply` turns the staged rows into rows of the record, in sets, inside one transaction.

    `any_of`: at least one column of each group must be filled. `id_column`: derived from all other columns and the
    ordinal among equals where a row has none. `deletable`: ``deleted=true`` withdraws; such a row needs its id only.
    `extra`: where other columns go ("traits", "properties"), or "" when the kind refuses them. `tables`: what it fills
    beside the tables of the record, so that the planner is told of them after a large file.
    """

    kind: str
    label: Text
    columns: tuple[Column, ...]
    apply: Callable[[Stage], Outcome]
    any_of: tuple[tuple[str, ...], ...] = ()
    id_column: str = ""
    deletable: bool = False
    extra: str = "properties"
    help: Text = ""
    tables: tuple[str, ...] = ()

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The columns, with `deleted` for facts."""
        return (*self.columns, DELETED) if self.deletable else self.columns

    def column(self, name: str) -> Column | None:
        """The column called `name`, or None."""
        return next((column for column in self.all_columns if column.name == name), None)


DELETED = Column(
    "deleted",
    ColumnType.BOOLEAN,
    _("Withdrawn"),
    help=_("true takes the row back; its earlier versions stay as history"),
    synonyms=("is_deleted", "删除", "已删除"),
)

importers: Registry[Importer] = Registry("import kind", key=lambda importer: importer.kind)


def register(importer: Importer) -> Importer:
    """Make a kind known; called from an app's ``ready()``."""
    return importers.register(importer)
