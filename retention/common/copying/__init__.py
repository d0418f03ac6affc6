"""Whole columns in and out of PostgreSQL by binary COPY: a million rows a second, no Python object per cell."""

from retention.common.copying.read import NO_DAY, NO_NUMBER, ColumnKind, read_columns
from retention.common.copying.write import Days, Flags, Labels, RealLists, Reals, WholeNumbers, write_columns

__all__ = [
    "NO_DAY",
    "NO_NUMBER",
    "ColumnKind",
    "Days",
    "Flags",
    "Labels",
    "RealLists",
    "Reals",
    "WholeNumbers",
    "read_columns",
    "write_columns",
]
