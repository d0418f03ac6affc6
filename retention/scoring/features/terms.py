"""The registry of what says how much an account has agreed to and until when: contracts, on the floor above.

    term_sources.register(TermSource("contracts", sql=contracts_sql))

`sql` gives `account_id`, `seats`, `modules` and `renews_on` (a date) of the moment, each once and null where it says
nothing. What a source says goes before what is known of the account itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from retention.common.registry import Registry
from retention.scoring.moment import Moment


@dataclass(frozen=True)
class TermSource:
    """One source of terms."""

    name: str
    sql: Callable[[Moment], str] = field(compare=False)


term_sources: Registry[TermSource] = Registry("source of terms", key=lambda source: source.name)


def register(source: TermSource) -> TermSource:
    """Let `source` say the terms; called from an app's ``ready()``."""
    return term_sources.register(source)
