"""The lifetime models of a tenant are fitted to everybody who ever bought."""

from __future__ import annotations

import numpy as np

from retention.scoring.rules import rules_in_force
from retention.scoring.science.bg_nbd import BgNbdParameters
from retention.scoring.science.simulation import simulate_history
from retention.scoring.services.lifetime import Buyers, fit_models
from tenants.models import Tenant

MANY = 45_000
"""More than any pilot takes."""


def test_each_model_is_fitted_to_everybody(tenant: Tenant) -> None:
    random = np.random.default_rng(7)
    history = simulate_history(BgNbdParameters(0.6, 8.0, 0.8, 2.5), random.integers(100, 500, MANY), random)
    chosen = Buyers(np.arange(MANY), history, random.gamma(5.0, 8.0, MANY))

    fits = fit_models(chosen, rules_in_force())

    counted = {name: fit.customers for name, fit in fits.items() if name != "gamma_gamma"}
    assert counted == {"bg_nbd": MANY, "mbg_nbd": MANY, "pareto_nbd": MANY}
