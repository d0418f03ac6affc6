"""All registered features of a range of customers, aligned to their states."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace

from retention.common.copying import NO_DAY, ColumnKind, read_columns
from retention.customers.selectors.state_sql import IdList
from retention.customers.services.state import planned_for_sets
from retention.scoring.features import Feature, features
from retention.scoring.frames.frame import Array, Frame
from retention.scoring.frames.whose import Chosen, whose_params
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules

ABSENT: dict[ColumnKind, float] = {
    ColumnKind.WHOLE: 0,
    ColumnKind.REAL: float("nan"),
    ColumnKind.DAY: NO_DAY,
    ColumnKind.FLAG: False,
}


def load_features(
    moment: Moment, shard: Chosen, rules: Rules, states: Frame, *, only: Iterable[Feature] | None = None
) -> Frame:
    """`states` with the columns of every feature, or of those in `only`; who has none of a feature gets 0, NaN, NO_DAY
    or False."""
    columns: dict[str, Array] = {}
    named = isinstance(shard, IdList)
    with planned_for_sets(shard) if named else nullcontext():
        for feature in features if only is None else only:
            columns |= _load(feature, replace(moment, named=named), shard, rules, states)
    return states.with_columns(**columns)


def _load(feature: Feature, moment: Moment, shard: Chosen, rules: Rules, states: Frame) -> dict[str, Array]:
    params = {**moment.params, **feature.params(rules), **whose_params(shard)}
    kinds = {"customer_id": ColumnKind.WHOLE, **feature.columns}
    read = read_columns(feature.sql(moment), params, kinds)
    return {
        name: states.aligned(read["customer_id"], read[name], missing=ABSENT[kind])
        for name, kind in feature.columns.items()
    }
