"""The registry of features: a name, its columns, and the SQL that fills them as of a moment.

Upper apps add theirs in ``ready()``: a feature is one file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from retention.common.copying import ColumnKind
from retention.common.registry import Registry
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules


def _nothing(rules: Rules) -> dict[str, float | int | str | list[str]]:
    return {}


@dataclass(frozen=True)
class Feature:
    """Columns per customer. `sql` gives a SELECT of `customer_id` and `columns` over the customers with
    ``%(low)s <= customer_id < %(high)s``; who is missing from it has none of it.

    It may use the moment's conditions with their parameters ``as_of``, ``ends_at``, ``known_at``, and what `params`
    takes from the policies.
    """

    name: str
    columns: Mapping[str, ColumnKind]
    sql: Callable[[Moment], str] = field(compare=False)
    params: Callable[[Rules], Mapping[str, float | int | str | list[str]]] = field(default=_nothing, compare=False)


features: Registry[Feature] = Registry("feature", key=lambda feature: feature.name)


def register(feature: Feature) -> Feature:
    """Add `feature` to every run."""
    return features.register(feature)
