"""What a paid term is: one condition that rates, ready segments and models of renewal share."""

from __future__ import annotations


def paid_term(m: str) -> str:
    """SQL: the membership `m` (an alias) is paid by terms: it has an end, or its file names the term.

    One that costs nothing is none, nor is a level that is held without an end, nor what ends before it begins; an
    unknown amount is taken as paid.
    """
    return (
        f"NOT {m}.withdrawn AND ({m}.ends_on IS NOT NULL OR {m}.properties ? 'term') AND coalesce({m}.amount, 1) > 0"
        f" AND ({m}.ends_on IS NULL OR {m}.ends_on >= {m}.since)"
    )
