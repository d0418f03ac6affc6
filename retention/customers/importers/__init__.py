"""Files in: one registry of kinds, one way to read, map, check, stage and merge them.

An upper app adds a kind by registering an :class:`Importer` in its ``ready()``: its columns, and a function that turns
the staged rows into rows of its own (see :class:`~retention.customers.importers.stage.Stage`).
"""

from retention.customers.importers.registry import Column, ColumnType, Importer, Outcome, importers, register

__all__ = ["Column", "ColumnType", "Importer", "Outcome", "importers", "register"]
