"""What a churn model learns from: customers at one moment, and who had left a horizon later."""

from dataclasses import dataclass

from .arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Sample:
    """What was known of customers at one moment, and who had left a horizon later.

    values  n × k, NaN: not known; names  of the k features; left  n
    """

    names: tuple[str, ...]
    values: FloatArray
    left: BoolArray

    def __len__(self) -> int:
        return len(self.left)

    def without(self, names: set[str]) -> "Sample":
        """The same customers, with fewer features."""
        kept = [place for place, name in enumerate(self.names) if name not in names]
        return Sample(tuple(self.names[place] for place in kept), self.values[:, kept], self.left)

    def take(self, rows: IntArray) -> "Sample":
        """Only these customers."""
        return Sample(self.names, self.values[rows], self.left[rows])
