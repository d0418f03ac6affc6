"""Which of two nested models of renewals: sBG, unless the third parameter of BdW earns its keep.

Wilks (1938): twice the gain in log-likelihood of one more parameter is χ² with one degree of freedom where that
parameter adds nothing.
"""

import math
from dataclasses import dataclass

from .renewals import LeastRenewals, RenewalFit, Renewals, fit_bdw, fit_sbg

LEAST_EVIDENCE = 0.05


@dataclass(frozen=True)
class RenewalChoice:
    """The fit to go by. `p_value` is that of c = 1; None where only one of the two is identified."""

    model: str
    fit: RenewalFit
    p_value: float | None


def choose_renewal_model(renewals: Renewals, *, minimum: LeastRenewals | None = None) -> RenewalChoice:
    """sBG, or BdW where the data speak against c = 1 at 5 %, or where BdW alone is identified."""
    simple, bent = fit_sbg(renewals, minimum=minimum), fit_bdw(renewals, minimum=minimum)
    if not bent.identified:
        return RenewalChoice("sbg", simple, None)
    if not simple.identified:
        return RenewalChoice("bdw", bent, None)
    p_value = math.erfc(math.sqrt(max(bent.log_likelihood - simple.log_likelihood, 0.0)))
    if p_value < LEAST_EVIDENCE:
        return RenewalChoice("bdw", bent, p_value)
    return RenewalChoice("sbg", simple, p_value)
