"""Customers drawn from the stories of the models themselves, to try the models on a known truth.

BG/NBD and MBG/NBD (Fader, Hardie & Lee 2005, section 2), Gamma-Gamma (Fader & Hardie 2013), sBG and BdW. Every
draw comes from the generator handed in.
"""

import numpy as np

from .arrays import FloatArray, IntArray
from .bg_nbd import BgNbdParameters
from .gamma_gamma import GammaGammaParameters
from .purchases import PurchaseHistory
from .renewals import RenewalParameters, Renewals


def simulate_orders(
    parameters: BgNbdParameters, age_days: IntArray, generator: np.random.Generator
) -> tuple[IntArray, IntArray]:
    """(customer, day) of every purchase, day 0 being each customer's first; days repeat when two fall on
    one.
    """
    size = len(age_days)
    rate = generator.gamma(parameters.r, 1 / parameters.alpha, size) / parameters.unit_days
    leaving = generator.beta(parameters.a, parameters.b, size)
    everybody = np.arange(size)
    customers, days = [everybody], [np.zeros(size, dtype=np.int64)]
    living = everybody if parameters.first_exit else everybody[generator.random(size) >= leaving]
    clock = np.zeros(len(living))
    while len(living):
        clock = clock + generator.exponential(1.0, len(living)) / np.maximum(rate[living], 1e-12)
        bought = clock < age_days[living] + 1
        living, clock = living[bought], clock[bought]
        customers.append(living)
        days.append(clock.astype(np.int64))
        stays = generator.random(len(living)) >= leaving[living]
        living, clock = living[stays], clock[stays]
    return np.concatenate(customers), np.concatenate(days)


def simulate_history(
    parameters: BgNbdParameters, age_days: IntArray, generator: np.random.Generator
) -> PurchaseHistory:
    """What a shop would know of such customers: repeat purchase days, last one, age."""
    customer, day = simulate_orders(parameters, age_days, generator)
    width = int(age_days.max()) + 1
    distinct = np.unique(customer * width + day)
    buyer, when = np.divmod(distinct, width)
    frequency = np.bincount(buyer, minlength=len(age_days)) - 1
    last = np.zeros(len(age_days), dtype=np.int64)
    last[buyer] = when  # ascending days: the last write is the last day
    return PurchaseHistory(frequency, last, age_days)


def simulate_mean_amounts(
    parameters: GammaGammaParameters, frequency: IntArray, generator: np.random.Generator
) -> FloatArray:
    """Mean amount of `frequency` purchases of each customer; 0 where there is none."""
    x = np.maximum(frequency, 1)
    scale = generator.gamma(parameters.q, 1 / parameters.v, len(frequency))
    means = generator.gamma(parameters.p * x) / (x * scale)
    return np.where(frequency > 0, means, 0.0)


def simulate_renewals(
    parameters: RenewalParameters, opportunities: IntArray, generator: np.random.Generator
) -> Renewals:
    """Contracts that each come up for renewal `opportunities` times, counted by renewals made before they left.

    In BdW a contract with chance θ outlives t renewals with (1 − θ)^(t^c), so that its last one is drawn whole.
    """
    leaving = generator.beta(parameters.alpha, parameters.beta, len(opportunities))
    patience = generator.exponential(1.0, len(opportunities)) / np.maximum(-np.log1p(-leaving), 1e-300)
    made = np.floor(np.minimum(patience ** (1 / parameters.c), 1e9)).astype(np.int64)
    return Renewals.of(np.minimum(made, opportunities), made < opportunities)
