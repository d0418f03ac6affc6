"""Which column of a file is probably which column of the kind: by its name in either language, else by its content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retention.customers.importers.mapping import plain
from retention.customers.importers.registry import Column, ColumnType, Importer
from retention.customers.importers.values import Bad, Local, parser_for

TELLING = (ColumnType.EMAIL, ColumnType.DATETIME, ColumnType.DATE, ColumnType.MONEY)
"""Types whose cells tell what they are."""
ENOUGH = 0.9  # of the filled cells of a column


@dataclass(frozen=True)
class Sample:
    """A column of the file with its first cells."""

    name: str
    cells: tuple[str, ...]


def suggest_columns(importer: Importer, samples: Sequence[Sample], local: Local) -> dict[str, str]:
    """Column in the file → column of the kind, for those that are recognised; each is given once.

    Equal names first, then synonyms in their order, then, for what the kind needs, cells that read as its type.
    """
    found: dict[str, str] = {}
    for column in importer.all_columns:
        by_name = {plain(sample.name): sample.name for sample in samples if sample.name not in found}
        for word in (column.name, str(column.label), *column.synonyms):
            if plain(word) in by_name:
                found[by_name[plain(word)]] = column.name
                break
    for column in _needed(importer):
        if column.name not in found.values() and column.type in TELLING:
            fitting = next((s for s in samples if s.name not in found and _reads_as(column, s, local)), None)
            if fitting is not None:
                found[fitting.name] = column.name
    return found


def _needed(importer: Importer) -> list[Column]:
    groups = {group[0] for group in importer.any_of}
    return [column for column in importer.columns if column.required or column.name in groups]


def _reads_as(column: Column, sample: Sample, local: Local) -> bool:
    parse = parser_for(column, local)
    filled = [cell for cell in sample.cells if cell.strip()]
    good = 0
    for cell in filled:
        try:
            good += parse(cell) is not None
        except Bad:
            continue
    return bool(filled) and good >= ENOUGH * len(filled)
