"""The registry of audiences of scorecards: for whom a scorecard of one's own may hold.

    audiences.register(Audience("segment", "shop", label, choices=segments, members=members_sql))

Floors above add theirs in ``ready()``. An audience is told from facts alone, as of the moment of a run: were it told
from scores, a score would depend on itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from retention.common.registry import Registry
from retention.scoring.moment import Moment

Label = Promise | str
Members = tuple[str, Mapping[str, Any]]
"""A SELECT of one column `id`, and its parameters."""


@dataclass(frozen=True)
class Audience:
    """A kind of audience for cards of the kind `card` (*shop*: customers, *software*: accounts).

    `choices` are the keys that may be chosen now, with their words. `members` gives those of a key as of a moment; it
    raises DomainError, with the reason, for a key that can be no audience (any more).
    """

    code: str
    card: str
    label: Label
    choices: Callable[[], Mapping[str, Label]] = field(compare=False)
    members: Callable[[str, Moment], Members] = field(compare=False)


audiences: Registry[Audience] = Registry("audience of scorecards", key=lambda audience: audience.code)
