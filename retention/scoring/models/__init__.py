"""The rows of scoring: all derived, all as of a date, all rebuildable from the facts."""

from retention.scoring.models.pools import GoneStay, PoolFlow, PoolMove, PoolSpell, ScoreHistory
from retention.scoring.models.runs import (
    CardMember,
    ChurnCard,
    PaidTerms,
    Restated,
    ScoreModel,
    ScoreRun,
    ScoreShard,
)
from retention.scoring.models.scores import AccountScore, CustomerScore
from retention.scoring.models.thresholds import SilenceThreshold, ThresholdOverride
from retention.scoring.models.trends import CohortMonth, TrendDay

__all__ = [
    "AccountScore",
    "CardMember",
    "ChurnCard",
    "CohortMonth",
    "CustomerScore",
    "GoneStay",
    "PaidTerms",
    "PoolFlow",
    "PoolMove",
    "PoolSpell",
    "Restated",
    "ScoreHistory",
    "ScoreModel",
    "ScoreRun",
    "ScoreShard",
    "SilenceThreshold",
    "ThresholdOverride",
    "TrendDay",
]
