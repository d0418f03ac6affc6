"""What every fitted model reports: parameters, likelihood, and whether the data pin the parameters down."""

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from .newton import LOG_BOUND, Maximum

Parameters = TypeVar("Parameters")

LARGEST_RELATIVE_ERROR = 1.0  # standard error of a logarithm: beyond it, ×7 or ÷7 lies in the 95 % interval


@dataclass(frozen=True)
class ModelFit(Generic[Parameters]):
    """A fit, identified or not. Where `identified` is False no screen shows numbers of this model, only
    `reason`.

    log_likelihood  sum over the customers used, in the fit's time unit; NaN when nothing was fitted
    relative_errors  standard error of each parameter's logarithm, in the order of the parameters' fields
    covariance  of those logarithms, for intervals of what follows from the parameters; empty where it isn't kept
    """

    parameters: Parameters
    log_likelihood: float
    customers: int
    repeat_customers: int
    relative_errors: tuple[float, ...]
    identified: bool
    reason: str
    covariance: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Minimum:
    """How many customers, and how many of them with a repeat purchase, a fit needs before it is tried."""

    customers: int = 100
    repeat_customers: int = 30

    def unmet(self, customers: int, repeat_customers: int) -> str:
        """Why a fit isn't tried, in plain words; empty when it may be."""
        if customers < self.customers:
            return f"too few customers ({customers} of {self.customers})"
        if repeat_customers < self.repeat_customers:
            return f"too few customers who bought again ({repeat_customers} of {self.repeat_customers})"
        return ""


def covariance_rows(maximum: Maximum) -> tuple[tuple[float, ...], ...]:
    """The covariance of a maximum as a fit keeps it."""
    return tuple(tuple(float(value) for value in row) for row in maximum.covariance)


def doubt(maximum: Maximum, names: tuple[str, ...]) -> str:
    """Why a maximum is not to be trusted, in plain words; empty when it is."""
    if not np.isfinite(maximum.value):
        return "the likelihood could not be computed"
    logs = np.log(maximum.parameters)
    if np.any(np.abs(logs) > LOG_BOUND - 1):
        runaway = ", ".join(n for n, log in zip(names, logs, strict=True) if abs(log) > LOG_BOUND - 1)
        return f"the best fit lies at a limit: {runaway} runs away"
    if not maximum.converged:
        return "no best fit was found"
    errors = maximum.relative_errors
    loose = ", ".join(name for name, error in zip(names, errors, strict=True) if not error <= LARGEST_RELATIVE_ERROR)
    return f"the likelihood is flat: these data don't pin down {loose}" if loose else ""
