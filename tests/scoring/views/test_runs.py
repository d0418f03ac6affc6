"""The page of runs."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from retention.customers.models import Customer
from retention.scoring.models import ScoreModel, ScoreRun
from retention.scoring.services.runs import request_run
from tenants.models import Tenant
from tenants.people.models import User
from tests.scoring.conftest import SignedIn
from tests.scoring.loading import NOW, cdnow, load_orders, score


def test_before_the_first_run_the_page_says_what_to_do(tenant: Tenant, vera: User, browser: SignedIn) -> None:
    text = browser(vera).get("/scores/").content.decode()
    assert "No run yet" in text
    assert "Run now" not in text


def test_runs_models_and_fit_are_shown(scored: ScoreRun, max_: User, browser: SignedIn) -> None:
    text = browser(max_).get("/scores/").content.decode()
    assert "300 customers, as of 31 Mar 2024" in text
    assert "How often they buy, and whether they stopped (BG/NBD)" in text
    assert "Identified from 300 customers" in text
    assert scored.fingerprint[:12] in text
    assert "in force" in text


def test_a_model_that_is_not_identified_says_why_and_shows_no_numbers(
    scored: ScoreRun, max_: User, browser: SignedIn
) -> None:
    ScoreModel.objects.filter(name="gamma_gamma").update(identified=False, customers=12)
    text = browser(max_).get("/scores/").content.decode()
    assert "Not fitted: 12 customers of the 100 it needs." in text
    assert "stay-figure" not in text.split("Gamma-Gamma")[1].split("</section>")[0]


def test_too_few_for_a_churn_model_says_how_many_it_needs(scored: ScoreRun, max_: User, browser: SignedIn) -> None:
    text = browser(max_).get("/scores/").content.decode()
    assert "There is no model yet." in text
    assert "It needs 500 customers who had come by then" in text
    customer = Customer.objects.order_by("pk").first()
    assert customer is not None
    page = browser(max_).get(f"/customers/{customer.public_id}/").content.decode()
    assert "of the customers in this pool did not come back within 90 days." in page
    assert "Churn probability" in page


@pytest.mark.data
def test_the_card_of_the_churn_model_is_shown(tenant: Tenant, data_dir: Path, max_: User, browser: SignedIn) -> None:
    load_orders(cdnow(data_dir))
    score(date(1997, 9, 30))
    text = browser(max_).get("/scores/").content.decode()
    assert "learned from 2,357 customers as of 3 Apr 1997" in text
    assert "usual days between two times" in text
    assert "churn-calibration" in text
    assert "stayed away, 1." in text


def test_a_run_is_asked_for_and_carried_out(
    scored: ScoreRun, max_: User, browser: SignedIn, django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        browser(max_).post("/scores/run/", {"as_of": "2024-02-29"})
    run = ScoreRun.objects.latest("id")
    assert (run.as_of, run.status, run.is_current, run.requested_by) == (date(2024, 2, 29), "done", False, max_)
    assert ScoreRun.objects.get(is_current=True) == scored


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_day_offered_stands_in_its_field(scored: ScoreRun, max_: User, browser: SignedIn, language: str) -> None:
    client = browser(max_)
    client.post("/preferences/language/", {"language": language, "next": "/"})
    field = client.get("/scores/").content.decode().split('name="as_of"')[1].split(">")[0]
    assert re.search(r'value="\d{4}-\d\d-\d\d"', field)


def test_a_day_to_come_is_refused(scored: ScoreRun, max_: User, browser: SignedIn) -> None:
    text = browser(max_).post("/scores/run/", {"as_of": "2999-01-01"}, follow=True).content.decode()
    assert "This day is still to come." in text
    assert ScoreRun.objects.count() == 1


def test_the_forecast_is_checked_and_shown(
    scored: ScoreRun, max_: User, browser: SignedIn, django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    client = browser(max_)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        client.post("/scores/check/")
    holdout = ScoreModel.objects.get(run=scored, name="bg_nbd").holdout
    assert (holdout["from"], holdout["to"]) == ("2024-01-01", "2024-03-31")
    assert f"{holdout['actual']:,} happened" in client.get("/scores/").content.decode()


def test_progress_asks_again_while_something_runs_and_then_renews_the_page(
    scored: ScoreRun, vera: User, browser: SignedIn
) -> None:
    client = browser(vera)
    assert 'hx-get="/scores/progress/"' not in client.get("/scores/").content.decode()
    run = ScoreRun.objects.create(as_of=date(2024, 3, 30), requested_at=scored.requested_at)
    for path in ("/scores/", "/scores/progress/"):
        answer = client.get(path)
        assert 'hx-get="/scores/progress/"' in answer.content.decode()
        assert "HX-Refresh" not in answer
    ScoreRun.objects.filter(pk=run.pk).update(status="failed")
    assert client.get("/scores/progress/")["HX-Refresh"] == "true"


def test_only_who_may_starts_a_run(scored: ScoreRun, vera: User, browser: SignedIn) -> None:
    client = browser(vera)
    assert [client.post(url).status_code for url in ("/scores/run/", "/scores/check/")] == [403, 403]
    assert ScoreRun.objects.count() == 1


def test_who_stops_a_run_is_told_what_is_dropped(scored: ScoreRun, max_: User, browser: SignedIn) -> None:
    page = browser(max_)
    run = request_run(as_of=date(2024, 2, 29), now=NOW)
    assert "Nothing is scored yet. The scores in force stay" in page.get("/scores/").content.decode()
    for fields, many in (({"customers": 2357}, "2,357 customers"), ({"summary": {"restated": 1}}, "1 customer")):
        ScoreRun.objects.filter(pk=run.pk).update(status="running", **fields)
        assert f"has scored so far, of {many}, is dropped" in page.get("/scores/").content.decode()


def test_a_run_is_stopped_from_the_page_by_who_may_start_one(
    scored: ScoreRun, max_: User, vera: User, browser: SignedIn
) -> None:
    run = request_run(as_of=date(2024, 2, 29), now=NOW)
    address = f"/scores/{run.public_id}/stop/"
    assert address in browser(max_).get("/scores/progress/").content.decode()
    assert address not in browser(vera).get("/scores/progress/").content.decode()
    assert browser(vera).post(address).status_code == 403
    text = browser(max_).post(address, follow=True).content.decode()
    assert "The run as of 29 Feb 2024 was stopped." in text
    assert ScoreRun.objects.get(is_current=True) == scored
    assert "This run has ended already." in browser(max_).post(address, follow=True).content.decode()
