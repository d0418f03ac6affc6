"""MBG/NBD: like BG/NBD, but a customer may leave after the very first purchase too.

Batislam, Denizel & Filiztekin (2007), "Empirical validation and comparison of models for customer base analysis",
International Journal of Research in Marketing 24(3). One-time buyers can be gone, so that their chance of being alive
falls with their silence; bases with many of them are described better. Everything but the fit is BG/NBD's own code:
`p_alive`, `expected_purchases` and `lifetime_value.outlook` ask the parameters when a customer could first leave.
"""

from typing import ClassVar

from .bg_nbd import BgNbdParameters, fit_family
from .model_fit import Minimum, ModelFit
from .purchases import PurchaseHistory


class MbgNbdParameters(BgNbdParameters):
    """r and α (time units) of the buying rate, a and b of the chance to leave after each purchase, the first too."""

    first_exit: ClassVar[int] = 0


def fit_mbg_nbd(
    history: PurchaseHistory, *, unit_days: float = 7.0, minimum: Minimum | None = None
) -> ModelFit[MbgNbdParameters]:
    """Maximum-likelihood fit. Never raises on thin or odd data: see `identified` and `reason`."""
    return fit_family(MbgNbdParameters, history, unit_days=unit_days, minimum=minimum)
