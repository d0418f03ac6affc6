"""The page of models: it says what may be trusted, in plain words, and shows why."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from retention.scoring.models import ScoreModel, ScoreRun
from retention.scoring.science.renewals import RenewalParameters
from retention.scoring.services.run_check import check_run
from tenants.governance.models import Policy
from tenants.models import Tenant
from tenants.people.models import User
from tests.scoring.conftest import SignedIn
from tests.scoring.loading import cdnow, load_orders, score
from tests.scoring.memberships import D, monthly_members
from tests.scoring.test_degenerate_data import END, big_spenders_buy_often, nobody_leaves


def page(browser: SignedIn, user: User) -> str:
    return browser(user).get("/scores/models/").content.decode()


def part(text: str, code: str) -> str:
    """The card of one model, without its marks."""
    return re.sub(r"\s+", " ", text.split(f'aria-labelledby="model-{code}"')[1].split("</section>")[0])


def test_before_the_first_run_it_says_what_comes(tenant: Tenant, vera: User, browser: SignedIn) -> None:
    assert "Models are fitted with the first one." in page(browser, vera)


@pytest.mark.data
def test_cdnow_may_be_trusted_and_shows_why(tenant: Tenant, data_dir: Path, max_: User, browser: SignedIn) -> None:
    """Held back are the nine months that the paper forecasts."""
    load_orders(cdnow(data_dir))
    Policy.objects.create(name="models.holdout_days", value=273)
    run = score(date(1998, 6, 30))
    assert "Its forecast has not been checked yet." in part(page(browser, max_), "bg_nbd")
    check_run(run)
    text = page(browser, max_)
    bought = part(text, "bg_nbd")
    assert "can be trusted" in bought
    assert "Identified from 2,357 customers" in bought
    assert 'data-chart="counts-bg_nbd"' in bought
    assert '<th scope="row">0</th>' in bought  # the table beside the chart
    assert [f'data-chart="{kind}-bg_nbd"' in bought for kind in ("holdout", "weeks", "lift")] == [True] * 3
    assert "In the holdout it forecast 1,653 where 1,882 happened: 12% off." in bought
    held = ScoreModel.objects.get(run=run, name="bg_nbd").holdout
    assert held["by_week"][-1] == {"day": 273, "predicted": pytest.approx(held["predicted"]), "actual": held["actual"]}
    assert [week["day"] for week in held["by_week"]] == [*range(7, 274, 7)]
    assert "as the model takes for granted" in part(text, "gamma_gamma")
    assert 'data-chart="counts-pareto_nbd"' not in part(text, "pareto_nbd")


def test_a_degenerate_fit_says_so_and_shows_no_number(tenant: Tenant, max_: User, browser: SignedIn) -> None:
    load_orders(nobody_leaves())
    score(END)
    bought = part(page(browser, max_), "bg_nbd")
    assert "not to be trusted" in bought
    assert "nobody is seen to leave" in bought
    assert "None of its numbers is shown or used." in bought
    assert "stay-figure" not in bought
    assert "every customer spends the same" in part(page(browser, max_), "gamma_gamma")


def test_value_that_goes_with_frequency_is_not_to_be_trusted(tenant: Tenant, max_: User, browser: SignedIn) -> None:
    load_orders(big_spenders_buy_often())
    score(END)
    found = ScoreModel.objects.get(name="gamma_gamma").details["correlation"]
    assert found > 0.9
    spent = part(page(browser, max_), "gamma_gamma")
    assert "not to be trusted" in spent
    assert f"the correlation is {found:.2f}, at most 0.30 is borne" in spent


def test_a_forecast_that_missed_is_trusted_with_care(scored: ScoreRun, max_: User, browser: SignedIn) -> None:
    check_run(scored)
    model = ScoreModel.objects.get(run=scored, name="bg_nbd")
    model.holdout = {**model.holdout, "predicted": 200.0, "actual": 100}
    model.save()
    bought = part(page(browser, max_), "bg_nbd")
    assert "trust with care" in bought
    assert "forecast 200 where 100 happened: 100% off, more than the 25% that is borne" in bought
    model.holdout = {**model.holdout, "predicted": 20.0, "actual": 10}
    model.save()
    assert "too little happened to tell: 20 forecast, 10 happened" in part(page(browser, max_), "bg_nbd")


def test_models_of_renewals_stand_there_too(tenant: Tenant, max_: User, browser: SignedIn) -> None:
    monthly_members(RenewalParameters(0.9, 4.0), 2_000, D, np.random.default_rng(5))
    check_run(score(D))
    text = page(browser, max_)
    renewed = part(text, "renewals-monthly")
    assert "Whether contracts are renewed: Monthly" in renewed
    assert "Each contract keeps its own chance to leave (sBG)." in renewed
    assert "can be trusted" in renewed
    assert 'data-chart="renewals-renewals-monthly"' in renewed
    assert re.search(r"[\d,]+ renewals were forecast and [\d,]+ happened", renewed)
    assert "Not fitted: 0 customers of the 100 it needs." in part(text, "bg_nbd")
    assert "Whether contracts are renewed: Monthly" in browser(max_).get("/scores/").content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_chart_has_a_table(scored: ScoreRun, max_: User, browser: SignedIn, language: str) -> None:
    check_run(scored)
    client = browser(max_)
    client.post("/preferences/language/", {"language": language, "next": "/"})
    text = client.get("/scores/models/").content.decode()
    assert text.count('class="stay-chart"') == text.count('class="stay-data"') > 8
