"""How likely renewals are under a beta-discrete-Weibull, with exact derivatives; sBG is the same with c = 1.

Fader, Hardie, Liu, Davin & Steenburgh (2018), "How to Project Customer Retention" Revisited, J. Interactive
Marketing 43: S(t) = B(α, β + t^c) ÷ B(α, β). Every sum runs over terms, never over contracts.
"""

import numpy as np
from scipy.special import digamma, gammaln, polygamma

from .arrays import FloatArray, IntArray
from .newton import Derivatives


def log_survival(parameters: FloatArray, terms: FloatArray) -> FloatArray:
    """Log of the chance to outlive each number of renewals; `terms` ≥ 0, parameters (α, β, c)."""
    alpha, beta, shape = parameters
    reach = terms**shape
    return np.asarray(gammaln(beta + reach) - gammaln(alpha + beta + reach) + gammaln(alpha + beta) - gammaln(beta))


class RenewalLikelihood:
    """Prepared once from counts by renewals made: `left` at the next one, and `open`, not yet asked again.

    Called with (α, β) for sBG or with (α, β, c).
    """

    def __init__(self, left: IntArray, open_: IntArray) -> None:
        self.left, self.open = left.astype(np.float64), open_.astype(np.float64)
        self.terms = np.arange(len(left) + 1, dtype=np.float64)

    def __call__(self, parameters: FloatArray) -> Derivatives:
        full = parameters if len(parameters) == 3 else np.array([*parameters, 1.0])
        log, slope, bend = self._survival(full)
        # P(leave at k + 1) = S(k) − S(k + 1), all divided by S(k) so that small chances keep their digits.
        fall = -np.expm1(np.diff(log))
        before, after = 1 / fall, (1 - fall) / fall
        raw = bend + slope[:, None, :] * slope[None, :, :]  # second derivatives of S, divided by S
        rise = before * slope[:, :-1] - after * slope[:, 1:]
        curve = before * raw[..., :-1] - after * raw[..., 1:] - rise[:, None, :] * rise[None, :, :]
        seen = self.left > 0  # a term nobody left at adds nothing, even where its chance is 0
        value = self.left[seen] @ (log[:-1] + np.log(fall))[seen] + self.open @ log[:-1]
        gradient = rise[:, seen] @ self.left[seen] + slope[:, :-1] @ self.open
        hessian = curve[..., seen] @ self.left[seen] + bend[..., :-1] @ self.open
        used = len(parameters)
        return Derivatives(float(value), gradient[:used], hessian[:used, :used])

    def _survival(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """log S at each term with its slopes (3 × terms) and bends (3 × 3 × terms) in α, β, c."""
        alpha, beta, shape = parameters
        reach = self.terms**shape
        log_term = np.log(np.maximum(self.terms, 1.0))
        both, kept = digamma(alpha + beta + reach), digamma(beta + reach)
        both_bend, kept_bend = polygamma(1, alpha + beta + reach), polygamma(1, beta + reach)
        start, start_bend = digamma(alpha + beta), polygamma(1, alpha + beta)
        speed = reach * log_term  # of t^c in c
        slope = np.array([start - both, kept - both + start - digamma(beta), (kept - both) * speed])
        aa, bb = start_bend - both_bend, kept_bend - both_bend + start_bend - polygamma(1, beta)
        ac, bc = -both_bend * speed, (kept_bend - both_bend) * speed
        cc = (kept_bend - both_bend) * speed**2 + (kept - both) * speed * log_term
        bend = np.array([[aa, aa, ac], [aa, bb, bc], [ac, bc, cc]])
        return log_survival(parameters, self.terms), slope, bend
