"""What tests of several models ask of them: derivatives that are those of the value, and a simulated future."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import approx_fprime

from retention.scoring.science.bg_nbd import BgNbdParameters
from retention.scoring.science.newton import LogLikelihood
from retention.scoring.science.purchases import PurchaseHistory
from retention.scoring.science.simulation import simulate_orders


def assert_derivatives(likelihood: LogLikelihood, at: np.ndarray) -> None:
    """Gradient and Hessian are those of differences."""
    found = likelihood(at)
    slopes = approx_fprime(at, lambda p: likelihood(p).value, 1e-7)
    np.testing.assert_allclose(found.gradient, slopes, rtol=1e-4, atol=1e-2)
    for row in range(len(at)):
        bends = approx_fprime(at, lambda p, row=row: float(likelihood(p).gradient[row]), 1e-7)
        np.testing.assert_allclose(found.hessian[row], bends, rtol=1e-4, atol=1e-2)


@dataclass(frozen=True)
class Future:
    """A base as it is known after a year, and the customer of each purchase in the half year that follows."""

    base: PurchaseHistory
    later: np.ndarray

    def back(self, chosen: Callable[[PurchaseHistory], np.ndarray] | None = None) -> int:
        """How many customers (of those chosen) buy again at all."""
        again = np.unique(self.later)
        return len(again) if chosen is None else int(chosen(self.base)[again].sum())


def simulated_future(truth: BgNbdParameters, *, customers: int = 200_000, seed: int = 21) -> Future:
    """Customers drawn from `truth`."""
    generator = np.random.default_rng(seed)
    age = np.full(customers, 365)
    customer, day = simulate_orders(truth, age + 180, generator)
    known = day <= 365
    recency = np.zeros(customers, np.int64)
    np.maximum.at(recency, customer[known], day[known])
    frequency = np.minimum(np.bincount(customer[known], minlength=customers) - 1, recency)
    return Future(PurchaseHistory(frequency, recency, age), customer[~known])
