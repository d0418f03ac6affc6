"""Lifetime value: expected purchases ahead, each worth what the customer's purchases are worth, discounted.

Fader, Hardie & Lee (2005), "RFM and CLV: Using Iso-Value Curves for Customer Base Analysis", J. Marketing
Research 42(4). The horizon is cut into equal steps; what is expected in a step counts at the step's end.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import FloatArray
from .bg_nbd import BgNbdParameters, Kinds, expected_if_alive, p_alive
from .purchases import PurchaseHistory


@dataclass(frozen=True)
class Horizon:
    """How far ahead value is counted: `days` in `steps` equal steps, each discounted by
    `discount_per_step`.
    """

    days: float
    steps: int
    discount_per_step: float

    def __post_init__(self) -> None:
        if self.days <= 0 or self.steps < 1 or self.discount_per_step <= -1:
            raise ValueError("a horizon needs days, at least one step, and a discount above −100 %")


NEXT_90_DAYS = Horizon(days=90, steps=3, discount_per_step=0.01)
NEXT_12_MONTHS = Horizon(days=365, steps=12, discount_per_step=0.01)


@dataclass(frozen=True)
class Outlook:
    """What the models expect of each customer; aligned arrays.

    p_alive              the model's own number: 1 for one-time buyers, so never shown bare
    (`bg_nbd.shown_p_alive`)
    expected_purchases   purchase days within each horizon, one array per horizon
    discounted_purchases  the same, discounted
    """

    p_alive: FloatArray
    expected_purchases: tuple[FloatArray, ...]
    discounted_purchases: tuple[FloatArray, ...]


def outlook(
    parameters: BgNbdParameters,
    history: PurchaseHistory,
    horizons: tuple[Horizon, ...] = (NEXT_90_DAYS, NEXT_12_MONTHS),
) -> Outlook:
    """Everything BG/NBD says of the future, in one pass: the hard part is done once per distinct (x, T)."""
    kinds, alive = Kinds.of(history), p_alive(parameters, history)
    expected, discounted = [], []
    for horizon in horizons:
        whole, worth = expected_by_kind(parameters, kinds, horizon)
        expected.append(whole.take(kinds.kind_of) * alive)
        discounted.append(worth.take(kinds.kind_of) * alive)
    return Outlook(alive, tuple(expected), tuple(discounted))


def expected_by_kind(parameters: BgNbdParameters, kinds: Kinds, horizon: Horizon) -> tuple[FloatArray, FloatArray]:
    """Purchases within the horizon, and their discounted sum, of a living customer of each kind."""
    before = discounted = np.zeros(len(kinds.frequency))
    for step in range(1, horizon.steps + 1):
        until = expected_if_alive(parameters, kinds, horizon.days * step / horizon.steps)
        discounted = discounted + (until - before) / (1 + horizon.discount_per_step) ** step
        before = until
    return before, discounted


def lifetime_value(discounted_purchases: FloatArray, order_value: FloatArray, margin: float = 1.0) -> FloatArray:
    """Money expected within the horizon: discounted purchases × expected amount × margin (a fraction; 1 =
    revenue).
    """
    return discounted_purchases * order_value * margin
