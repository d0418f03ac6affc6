"""How grave a finding is: urgency of its monitor × how many it reaches, by the tenant's matrix."""

from __future__ import annotations

from dataclasses import dataclass

from retention.alerts.enums import Level, Reach, SubjectKind
from retention.customers.models import CustomerState
from retention.scoring.rules import Rules
from tenants.policies import policy_values

LEVELS = {1: Level.LOW, 2: Level.MEDIUM, 3: Level.HIGH}
GRAVITY = {level: number for number, level in LEVELS.items()}


@dataclass(frozen=True)
class Matrix:
    """The matrix and the bounds of reach, with the number of customers that shares refer to."""

    cells: dict[str, float]
    bounds: dict[str, float]
    customers: int

    def reach(self, subject: SubjectKind, affected: int) -> Reach:
        """Many, some or few; the whole business is some at least."""
        share = affected / self.customers if self.customers else 0.0
        if share >= self.bounds["many"]:
            found = Reach.MANY
        elif share >= self.bounds["some"]:
            found = Reach.SOME
        else:
            found = Reach.FEW
        if subject == SubjectKind.CUSTOMER:
            return Reach.FEW
        return Reach.SOME if found == Reach.FEW and subject == SubjectKind.TENANT else found

    def priority(self, urgency: str, reach: Reach) -> Level:
        """What the matrix says."""
        return LEVELS[round(self.cells[f"{urgency}_{reach}"])]


def matrix_in_force() -> Matrix:
    """The tenant's matrix, now."""
    rules = Rules(policy_values())
    return Matrix(rules.table("alerts.matrix"), rules.table("alerts.reach"), CustomerState.objects.count())
