"""What a health metric and a scorecard are: bounds, weights, what is missing, caps and bands.

Weighted scorecards after Mehta, Steinman & Murphy (2016), "Customer Success", ch. 5; bounds, weights and rules for
missing data are those of DEFINITIONS, section 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum


class Family(StrEnum):
    LOG_IN = "log_in"
    INTERACTION = "interaction"
    CONSUMPTION = "consumption"
    SERVICE = "service"
    SENTIMENT = "sentiment"


class Absence(IntEnum):
    """Why a customer has no x. UNSTATED: the metric's own default rule decides."""

    UNSTATED = 0
    NONE = 1  # nothing to measure: no order, no complaint, no answer, no contact
    NEVER = 2  # the feed is there, the customer has never shown up in it
    NO_FEED = 3  # the tenant sends no such data: always dropped
    TOO_FEW = 4  # fewer than the metric's minimum
    ALL_OFF = 5  # the customer has switched every message off


class Missing(StrEnum):
    """What an absent x is worth: its weight goes to the others, 0 points, or 100 points."""

    DROP = "drop"
    ZERO = "zero"
    FULL = "full"


@dataclass(frozen=True)
class Metric:
    """One of twelve: 0 points at `bad`, 100 at `good`, `missing` where there is no x (exceptions: `absences`)."""

    code: str
    zh: str
    en: str
    family: Family
    x: str
    bad: float
    good: float
    missing: Missing
    weight: float
    absences: Mapping[Absence, Missing] = field(default_factory=dict)

    def worth(self, absence: Absence) -> Missing:
        """What this absence means here."""
        if absence is Absence.NO_FEED:
            return Missing.DROP
        return self.absences.get(absence, self.missing)


@dataclass(frozen=True)
class Cap:
    """A wound that an average would hide: with it, the score is at most `at_most`."""

    code: str
    en: str
    at_most: float


@dataclass(frozen=True)
class Scorecard:
    """Twelve metrics whose weights total 100, two caps, and where the bands *healthy* and *watch* begin."""

    code: str
    metrics: tuple[Metric, ...]
    caps: tuple[Cap, ...]
    healthy_from: float
    watch_from: float
    least_weight: float = 50.0

    def __post_init__(self) -> None:
        weights = [metric.weight for metric in self.metrics]
        if any(weight < 0 for weight in weights) or abs(sum(weights) - 100) > 1e-9:
            raise ValueError(f"weights must not be negative and must total 100, not {sum(weights):g}")
        if any(metric.good == metric.bad for metric in self.metrics):
            raise ValueError("a metric's good and bad must differ")
        if len({metric.code for metric in self.metrics}) != len(self.metrics):
            raise ValueError("a metric can be in a scorecard only once")
        if not self.watch_from < self.healthy_from:
            raise ValueError("the band watch must begin below the band healthy")

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(metric.code for metric in self.metrics)

    def with_weights(self, weights: Mapping[str, float]) -> "Scorecard":
        """The same card with other weights for some metrics; the total must be 100 again."""
        strangers = set(weights) - set(self.codes)
        if strangers:
            raise ValueError(f"no such metric: {', '.join(sorted(strangers))}")
        metrics = (replace(metric, weight=weights.get(metric.code, metric.weight)) for metric in self.metrics)
        return replace(self, metrics=tuple(metrics))
