"""Models of renewals in a run: a known truth is found again, the card says what it is, the holdout is met."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from retention.scoring.models import ScoreModel, ScoreRun
from retention.scoring.moment import Moment
from retention.scoring.rules import rules_in_force
from retention.scoring.science.renewals import RenewalParameters
from retention.scoring.services.forecast_check import check_forecasts
from retention.scoring.services.renewals import expected_renewals, fit_renewals, renewals_by_term
from tests.scoring.loading import score
from tests.scoring.memberships import D, member, monthly_members
from tests.scoring.test_commands import call

pytestmark = pytest.mark.usefixtures("tenant")
TRUTH = RenewalParameters(0.9, 4.0)


@pytest.fixture
def members() -> None:
    monthly_members(TRUTH, 3_000, D, np.random.default_rng(5))


def test_the_truth_is_found_again(members: None) -> None:
    _seen, choice = fit_renewals(Moment(D, "UTC"), rules_in_force())["monthly"]
    assert (choice.model, choice.fit.identified, choice.fit.reason) == ("sbg", True, "")
    errors = np.log([choice.fit.parameters.alpha / TRUTH.alpha, choice.fit.parameters.beta / TRUTH.beta])
    assert np.abs(errors / np.array(choice.fit.relative_errors)).max() < 2.5
    assert choice.p_value is not None
    assert choice.p_value > 0.05


def test_the_holdout_is_met(members: None) -> None:
    check = check_forecasts(calibration_end=date(2025, 12, 31), holdout_end=D, zone="UTC")["subscription"]
    assert check["identified"]
    assert list(check["terms"]) == ["monthly"]
    assert check["predicted"] == pytest.approx(check["actual"], rel=0.03)
    for row in check["by_frequency"]:
        spread = 3 * np.sqrt(max(row["predicted_mean"], 1) / row["customers"])
        assert abs(row["predicted_mean"] - row["actual_mean"]) < spread
    assert check["auc"] > 0.5


def test_a_run_keeps_a_card_and_answers_with_it(members: None) -> None:
    member(("2025-01-01", "2025-02-14"), name="odd")
    code, answer = call("score", "acme", "--as-of", "2026-03-31")
    assert (code, answer["customers"]) == (0, 0)  # nobody bought or did anything
    found = answer["models"]["subscription"]
    assert list(found) == ["monthly", "other"]
    monthly = found["monthly"]
    assert (monthly["model"], monthly["c"], monthly["identified"], monthly["reason"]) == ("sbg", 1.0, True, "")
    assert monthly["alpha"] == pytest.approx(0.9, rel=0.25)
    assert monthly["log_likelihood"] < 0
    assert (found["other"]["identified"], found["other"]["contracts"]) == (False, 1)
    card = ScoreModel.objects.get(name="renewals.monthly")
    assert (card.run, card.customers) == (ScoreRun.objects.get(), monthly["contracts"])
    assert sum(card.details["left"]) + sum(card.details["open"]) == 3_000


def test_the_same_terms_give_the_same_fingerprint_and_others_another(members: None) -> None:
    first, again = score(D), score(D)
    assert first.fingerprint == again.fingerprint
    member(("2025-01-01", "2025-01-31"), name="new")
    assert score(D).fingerprint != first.fingerprint


def test_too_few_is_said(members: None) -> None:
    member(("2024-01-01", "2024-12-31"), name="yearly")
    _code, answer = call("score", "acme", "--as-of", "2026-03-31")
    yearly = answer["models"]["subscription"]["yearly"]
    assert (yearly["identified"], yearly["alpha"]) == (False, None)
    assert yearly["reason"] == "too few contracts came up for renewal (1 of 100)"


def test_where_nothing_runs_in_terms_there_is_no_model() -> None:
    assert renewals_by_term(Moment(D, "UTC"), rules_in_force()) == {}


def test_expected_renewals_add_up_what_survives() -> None:
    renewed, due = np.array([0, 0, 2]), np.array([0, 2, 1])
    alive = [1, 4 / 4.9, 4 / 4.9 * 5 / 5.9, 4 / 4.9 * 5 / 5.9 * 6 / 6.9]
    expected = [0, alive[1] + alive[2], alive[3] / alive[2]]
    assert expected_renewals(TRUTH, renewed, due).tolist() == pytest.approx(expected)
