"""The plan of a run: everything that its shards must agree on, fixed before the first of them starts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from retention.scoring.models import ScoreRun
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.scoring.services.churn_rule import ChurnRule
from retention.scoring.services.lifetime import Parameters
from retention.scoring.services.moves import Previous
from retention.scoring.services.standing import Clocks
from retention.scoring.services.thresholds import Thresholds
from retention.scoring.services.value import Cuts

CODE_VERSION = 8
"""Raise it whenever the same facts and policies would give other scores: it is part of the fingerprint."""


@dataclass(frozen=True)
class Plan:
    """As stored in ``ScoreRun.plan``."""

    rules: Rules
    parameters: Parameters
    cuts: Cuts
    clocks: Clocks
    category_ids: list[int]
    feeds: frozenset[str]
    churn: ChurnRule
    advances: bool
    """Whether this run will be the one in force, and so moves the pools on."""
    previous: Previous | None
    log_ins: list[str]
    """Names of the events that were log-ins: with others than before, every spell is made anew."""
    renewals: dict[str, Any]
    """Parameters and counts of the models of renewals: part of the fingerprint, and the inputs of no shard."""

    def as_json(self) -> dict[str, Any]:
        return {
            "version": CODE_VERSION,
            "rules": self.rules.values,
            "parameters": self.parameters.as_json(),
            "cuts": self.cuts.as_json(),
            "clocks": {
                "purchase_days": self.clocks.purchase_days.tolist(),
                "sources": self.clocks.sources,
                "visit_days": self.clocks.visit_days,
                "visit_source": self.clocks.visit_source,
                "on_visits": self.clocks.on_visits.tolist(),
            },
            "category_ids": self.category_ids,
            "feeds": sorted(self.feeds),
            "churn": self.churn.as_json(),
            "advances": self.advances,
            "previous": None if self.previous is None else asdict(self.previous),
            "log_ins": self.log_ins,
            "renewals": self.renewals,
        }

    @classmethod
    def of(cls, run: ScoreRun) -> Plan:
        """The plan that was stored with `run`."""
        stored = run.plan
        return cls(
            Rules(stored["rules"]),
            Parameters.from_json(stored["parameters"]),
            Cuts(**stored["cuts"]),
            stored_clocks(run),
            stored["category_ids"],
            frozenset(stored["feeds"]),
            ChurnRule.from_json(stored["churn"]),
            stored["advances"],
            Previous.from_json(stored["previous"]),
            stored.get("log_ins", []),
            stored.get("renewals", {}),
        )


def stored_clocks(run: ScoreRun) -> Clocks:
    """The thresholds that were stored with `run`."""
    clocks = run.plan["clocks"]
    return Clocks(
        np.array(clocks["purchase_days"]),
        clocks["sources"],
        clocks["visit_days"],
        clocks["visit_source"],
        np.array(clocks["on_visits"]),
    )


def clocks_of(thresholds: Thresholds, rules: Rules) -> Clocks:
    """The thresholds as shards look them up."""
    return Clocks(
        thresholds.purchase_days(),
        thresholds.sources(),
        thresholds.visits.days,
        thresholds.visits.source.value,
        thresholds.on_visit_clock(rules),
    )


def moment_of(run: ScoreRun, zone: str) -> Moment:
    """The moment that `run` is as of."""
    as_of: date = run.as_of
    known_at: datetime | None = run.known_at
    return Moment(as_of, zone, known_at)
