"""The policies of a run, typed. Frozen in its plan, so that every shard goes by the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from retention.scoring.science.model_fit import Minimum
from retention.scoring.science.pools import PoolPolicy
from retention.scoring.science.renewals import LeastRenewals
from retention.scoring.science.thresholds import ThresholdPolicy
from tenants.policies import JSONValue, policies, policy_values

GROUPS = frozenset({"silence", "pools", "value", "models", "churn", "health", "trends", "runs"})


@dataclass(frozen=True)
class Rules:
    """Policy values by name. Raises KeyError for a policy that scoring does not know."""

    values: dict[str, JSONValue]

    @classmethod
    def of(cls, kept: dict[str, JSONValue]) -> Rules:
        """Those of a run that may be older than some policies: what it didn't know is as it comes."""
        return cls({spec.name: spec.default for spec in policies if spec.group in GROUPS} | kept)

    def number(self, name: str) -> float:
        """A number, share or count of days."""
        return float(cast("float", self.values[name]))

    def whole(self, name: str) -> int:
        """A whole number."""
        return round(self.number(name))

    def text(self, name: str) -> str:
        """A text or choice."""
        return str(self.values[name])

    def words(self, name: str) -> tuple[str, ...]:
        """A comma-separated text, in lower case."""
        return tuple(word.strip().lower() for word in self.text(name).split(",") if word.strip())

    def table(self, name: str) -> dict[str, float]:
        """A map of names to numbers."""
        return {key: float(value) for key, value in cast("dict[str, float]", self.values[name]).items()}

    @property
    def pools(self) -> PoolPolicy:
        """Where pools begin."""
        bounds = self.table("pools.bounds")
        return PoolPolicy(bounds["at_risk"], bounds["hibernating"], bounds["lost"], self.whole("pools.returned_days"))

    @property
    def thresholds(self) -> ThresholdPolicy:
        """How thresholds are learned."""
        return ThresholdPolicy(
            self.number("silence.quantile"),
            self.whole("silence.minimum_gaps"),
            self.whole("silence.minimum_customers"),
            self.number("silence.shortest_days"),
            self.number("silence.longest_days"),
        )

    @property
    def minimum(self) -> Minimum:
        """What a fit needs before it is tried."""
        return Minimum(self.whole("models.minimum_customers"), self.whole("models.minimum_repeat"))

    @property
    def least_renewals(self) -> LeastRenewals:
        """The same for the model of renewals."""
        return LeastRenewals(
            self.whole("models.minimum_contracts"),
            self.whole("models.minimum_ended"),
            self.whole("models.minimum_renewed"),
        )

    @property
    def renewal_grace(self) -> int:
        """Days after the end of a term in which a renewal still counts."""
        return self.whole("models.renewal_grace_days")


def rules_in_force(*, at: datetime | None = None) -> Rules:
    """Scoring's policies of the current tenant, now or as they stood at `at`."""
    values = policy_values(at=at)
    return Rules({spec.name: values[spec.name] for spec in policies if spec.group in GROUPS})
