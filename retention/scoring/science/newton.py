"""Maximum likelihood for a few positive parameters: damped Newton on their logarithms.

Levenberg (1944) damping with the exact Hessian (Nocedal & Wright, "Numerical Optimization", ch. 3). Working
on logarithms keeps parameters positive and makes one scale of "large step" fit all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .arrays import FloatArray, IntArray

LOG_BOUND = 14.0  # parameters outside e^±14 are running away, not being estimated
MAX_STEP = 1.5  # in logarithms: no parameter grows or shrinks more than 4.5-fold in one step


@dataclass(frozen=True)
class Derivatives:
    """A log-likelihood with its gradient (k) and Hessian (k × k) in the parameters themselves."""

    value: float
    gradient: FloatArray
    hessian: FloatArray


@dataclass(frozen=True)
class Maximum:
    """Where the climb ended; `covariance` is that of the *logarithms* of the parameters, NaN if singular."""

    parameters: FloatArray
    value: float
    covariance: FloatArray
    converged: bool
    passes: int

    @property
    def relative_errors(self) -> FloatArray:
        """Standard error of each parameter's logarithm: .1 means known to about ±10 %."""
        variances = np.diag(self.covariance)
        return np.sqrt(np.where(variances >= 0, variances, np.nan))


LogLikelihood = Callable[[FloatArray], Derivatives]

PILOT = 20_000  # rows of a warm start


def pilot_rows(rows: int) -> IntArray | None:
    """Evenly spread rows to fit first: deterministic, and blind to how rows are sorted. None where few rows
    are.
    """
    if rows <= 2 * PILOT:
        return None
    return np.linspace(0, rows - 1, PILOT).astype(np.int64)


def warm_start(pilot: LogLikelihood, start: FloatArray) -> FloatArray:
    """The maximum of a pilot's likelihood, or `start` where it has none."""
    found = maximise(pilot, start, tolerance=1e-7)
    return found.parameters if found.converged else start


def polish(
    slope: Callable[[FloatArray], tuple[float, FloatArray]],
    pilot: Maximum,
    size: float,
    *,
    tolerance: float = 1e-9,
    max_passes: int = 12,
) -> Maximum | None:
    """From the maximum of a pilot to that of `size` times as many customers, with the pilot's curvature.

    For likelihoods whose Hessian is dear: each pass needs `slope` (value and gradient) only. None where that fails,
    since the pilot is no guide: use `maximise`.
    """
    if not pilot.converged or np.isnan(pilot.relative_errors).any():
        return None
    covariance, logs = pilot.covariance / size, np.log(pilot.parameters)
    gain_before = np.inf
    for passes in range(1, max_passes + 1):
        parameters = np.exp(logs)
        value, gradient = slope(parameters)
        rise = gradient * parameters
        step = covariance @ rise
        gain = float(rise @ step)
        if not gain <= gain_before or np.abs(step).max() > MAX_STEP:
            return None
        logs, gain_before = logs + step, gain
        if gain < tolerance * (1 + abs(value)):
            return Maximum(np.exp(logs), value + gain / 2, covariance, True, passes)
    return None


def maximise(
    likelihood: LogLikelihood, start: FloatArray, *, tolerance: float = 1e-9, max_passes: int = 100
) -> Maximum:
    """Climb from `start` until the next step would gain less than `tolerance` × (1 + |value|).

    That last step is still taken, but not computed again: near the top Newton's error squares with each step,
    so that the gain foreseen for it is exact to far more digits than the sum of a million logarithms.
    """
    logs = np.log(start)
    here = _in_logs(likelihood(start), start)
    damping, passes = 0.0, 1
    converged = False
    while passes < max_passes:
        step = _step(here, damping)
        gain = float(here.gradient @ step)
        if gain < tolerance * (1 + abs(here.value)) and damping <= 1:
            converged = True
            logs = np.clip(logs + step, -LOG_BOUND, LOG_BOUND)
            here = replace(here, value=here.value + gain / 2)
            break
        target = np.clip(logs + step, -LOG_BOUND, LOG_BOUND)
        there = _in_logs(likelihood(np.exp(target)), np.exp(target))
        passes += 1
        if np.isfinite(there.value) and there.value >= here.value:
            stuck = bool(np.all(target == logs))
            logs, here, damping = target, there, damping / 10 if damping > 1e-6 else 0.0
            if stuck:
                break
        else:
            damping = max(damping * 10, 1e-3)
            if damping > 1e8:
                break
    return Maximum(np.exp(logs), here.value, _covariance(here.hessian), converged, passes)


def _in_logs(at: Derivatives, parameters: FloatArray) -> Derivatives:
    gradient = at.gradient * parameters
    hessian = at.hessian * np.outer(parameters, parameters) + np.diag(gradient)
    return Derivatives(at.value, gradient, hessian)


def _step(at: Derivatives, damping: float) -> FloatArray:
    """Newton's step along each eigenvector, always uphill: curvature is taken by its size, never its sign."""
    scale, axes = np.linalg.eigh(-at.hessian)
    size = np.abs(scale)
    slope = axes.T @ at.gradient
    floor = max(float(size.max()), float(np.abs(slope).max()), 1e-200) * 1e-10
    step = axes @ (slope / (np.maximum(size, floor) * (1 + damping) + damping * floor))
    longest = float(np.abs(step).max())
    return np.asarray(step * min(1.0, MAX_STEP / longest) if longest > 0 else step)


def _covariance(hessian: FloatArray) -> FloatArray:
    try:
        return np.asarray(np.linalg.inv(-hessian))
    except np.linalg.LinAlgError:
        return np.full_like(hessian, np.nan)
