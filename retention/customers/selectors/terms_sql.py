"""What a paid term is: one condition that rates, ready segments and models of renewal share."""

from __future__ import annotations


def paid_term(m: str) -> str:
    """SQL: the membership `m` (an alias) is paid by terms: it has an end, or its file names the term.

    One that costs nothing is none, nor is a level that is held without an end, nor what ends before it begins or was
    cancelled before it began; an unknown amount is taken as paid.
    """
    return (
        f"NOT {m}.withdrawn AND ({m}.ends_on IS NOT NULL OR {m}.properties ? 'term') AND coalesce({m}.amount, 1) > 0"
        f" AND ({m}.ends_on IS NULL OR {m}.ends_on >= {m}.since)"
        f" AND coalesce(NOT {m}.cancelled OR {m}.cancelled_on >= {m}.since, true)"
    )


def called_off(m: str) -> str:
    """SQL: the membership `m` was cancelled by the end of the day ``%(as_of)s``: it runs to its end and no further."""
    return f"coalesce({m}.cancelled AND ({m}.cancelled_on IS NULL OR {m}.cancelled_on <= %(as_of)s::date), false)"
