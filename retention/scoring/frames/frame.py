"""Aligned columns, one element per customer, sorted by the customer's key."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from retention.common.copying import NO_DAY

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Frame:
    """`ids` are customers' keys, ascending; every column has as many elements."""

    ids: npt.NDArray[np.int64]
    columns: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, name: str) -> Array:
        return self.columns[name]

    def with_columns(self, **columns: Array) -> Frame:
        """The same customers with more columns."""
        return Frame(self.ids, {**self.columns, **columns})

    def aligned(self, ids: Array, values: Array, *, missing: float) -> Array:
        """`values` of the customers `ids`, put in this frame's order; `missing` for the others."""
        out = np.full(len(self), missing, dtype=np.result_type(values.dtype, type(missing)))
        if len(self) == 0:
            return out
        place = np.minimum(np.searchsorted(self.ids, ids), len(self) - 1)
        ours = self.ids[place] == ids
        out[place[ours]] = values[ours]
        return out

    def within(self, low: int, high: int) -> Frame:
        """The customers with keys from `low` up to, not including, `high`."""
        first, end = np.searchsorted(self.ids, [low, high])
        return Frame(self.ids[first:end], {name: values[first:end] for name, values in self.columns.items()})

    def at(self, places: npt.NDArray[np.int64]) -> Frame:
        """The customers at these places, ascending."""
        return Frame(self.ids[places], {name: values[places] for name, values in self.columns.items()})

    def positions(self, ids: Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """For each of `ids` its place in this frame, and whether it has one."""
        if len(self) == 0:
            return np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=bool)
        place = np.minimum(np.searchsorted(self.ids, ids), len(self) - 1)
        return place, self.ids[place] == ids

    def days_since(self, name: str, day: int) -> npt.NDArray[np.float64]:
        """Days from the column `name` to `day`; NaN where there is none."""
        return np.where(self[name] == NO_DAY, np.nan, day - self[name]).astype(np.float64)

    def digest(self) -> str:
        """A hash of all values in the customers' order. Their keys are left out: they are no part of the facts."""
        state = hashlib.sha256()
        for name in sorted(self.columns):
            state.update(name.encode())
            state.update(np.ascontiguousarray(self.columns[name]).tobytes())
        return state.hexdigest()


def stacked(frames: Sequence[Frame]) -> Frame:
    """Frames of ascending ranges, one below the other."""
    names = frames[0].columns
    ids = np.concatenate([frame.ids for frame in frames])
    return Frame(ids, {name: np.concatenate([frame[name] for frame in frames]) for name in names})


def sorted_frame(columns: Mapping[str, Array]) -> Frame:
    """A frame from read columns, of which `customer_id` becomes the key."""
    ids = columns["customer_id"]
    order = np.argsort(ids, kind="stable")
    return Frame(ids[order], {name: values[order] for name, values in columns.items() if name != "customer_id"})
