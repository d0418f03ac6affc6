"""SQL that reads a number out of text that may be anything: PostgreSQL 15 can't try a cast, and one bad word of one
event would end a whole run."""

from __future__ import annotations

NUMBER = "^[+-]?([0-9]{1,15}([.][0-9]{0,30})?|[.][0-9]{1,30})([eE][+-]?[0-9]{1,2})?$"
"""What both float8 and numeric take: “.5”, “0.8333333333333334”, “4.2e-05”, but neither “.” nor “1.2.3”."""


def number_or_null(text: str, kind: str) -> str:
    """`text` as a number of SQL's `kind` (numeric, float8), NULL when it is none."""
    return f"CASE WHEN {text} ~ '{NUMBER}' THEN ({text})::{kind} END"
