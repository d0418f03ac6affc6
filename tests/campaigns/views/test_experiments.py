"""The pages of experiments and their API."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from campaigns.models import Experiment, Outcome, Readout
from campaigns.science.sums import Sums
from campaigns.selectors.readout import ArmResult, MetricResult
from campaigns.selectors.readout_words import figure, sentence
from tenants.governance.models import AuditEntry
from tenants.models import Tenant
from tenants.people.models import User
from tests.campaigns.making import NOW, expose, make_customers, make_experiment
from tests.tenants.people.browser import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial(tenant: Tenant) -> Experiment:
    """Fifty in each arm: 10 of the held-out and 25 of the others came."""
    experiment = make_experiment("Letter", ("No letter", "Letter"))
    for number, customer in enumerate(make_customers(100)):
        expose(experiment, customer, "No letter" if number < 50 else "Letter")
        if number < 10 or number >= 75:
            Outcome.objects.create(
                outcome_id=f"o-{number}",
                experiment=experiment,
                customer=customer,
                metric="visit",
                value=Decimal(1),
                occurred_at=NOW,
                recorded_at=NOW,
            )
    return experiment


def test_the_readout_begins_with_a_sentence(trial: Experiment, vera: User) -> None:
    page = signed_in(vera).get(f"/experiments/{trial.public_id}/").content.decode()
    assert "Letter brought 30.0 more “visit” per 100 customers than No letter (11.8 to 48.2)." in page
    assert 'data-chart="metric-0"' in page
    assert "Sample ratio mismatch" not in page
    assert "Keep this readout" not in page


def test_the_list_counts_customers(trial: Experiment, vera: User) -> None:
    page = signed_in(vera).get("/experiments/").content.decode()
    assert [word in page for word in ("Letter", "Imported trial", ">100<")] == [True, True, True]


def test_another_control_can_be_looked_at_and_chosen(trial: Experiment, max_: User) -> None:
    client = signed_in(max_)
    page = client.get(f"/experiments/{trial.public_id}/?control=Letter").content.decode()
    assert "No letter brought 30.0 fewer “visit” per 100 customers than Letter (11.8 to 48.2)." in page
    none, letter = trial.arms.all()
    client.post(
        f"/experiments/{trial.public_id}/control/",
        {"control": letter.pk, f"part_{none.pk}": 9, f"part_{letter.pk}": 1},
    )
    assert list(trial.arms.values_list("is_control", "share")) == [(False, 9000), (True, 1000)]
    assert "Sample ratio mismatch" in client.get(f"/experiments/{trial.public_id}/").content.decode()
    actions = AuditEntry.objects.filter(action__startswith="experiment.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["experiment.control", "experiment.shares"]


def test_without_a_control_the_page_asks_for_one(trial: Experiment, max_: User) -> None:
    trial.arms.update(is_control=False)
    page = signed_in(max_).get(f"/experiments/{trial.public_id}/").content.decode()
    assert "Nobody said which arm is the control." in page
    assert 'name="control"' in page


def test_a_kept_readout_stays(trial: Experiment, max_: User, settings: Any) -> None:
    settings.STAY_CLOCK = datetime(2026, 3, 5, 10, tzinfo=UTC).isoformat()
    client = signed_in(max_)
    client.post(f"/experiments/{trial.public_id}/keep/")
    readout = Readout.objects.get()
    assert (readout.as_of.isoformat(), readout.result["metrics"]["visit"]["arms"]["Letter"]["difference"]) == (
        "2026-03-04",
        pytest.approx(0.3),
    )
    Outcome.objects.all().delete()
    assert "visit · Letter: 0.30000" in client.get(f"/experiments/{trial.public_id}/").content.decode()


def test_who_may_only_look_changes_nothing(trial: Experiment, vera: User, sue: User) -> None:
    client = signed_in(vera)
    assert client.post(f"/experiments/{trial.public_id}/keep/").status_code == 403
    assert client.post(f"/experiments/{trial.public_id}/control/", {}).status_code == 403
    assert signed_in(sue).get("/experiments/").status_code == 403
    assert not Readout.objects.exists()


def test_the_planner(vera: User) -> None:
    client = signed_in(vera)
    page = client.get("/experiments/planner/?baseline=50&lift=25&holdout=50&power=90&audience=400").content.decode()
    assert [text in page for text in ("154 customers", "77 held out and 77 treated.", "400 customers are enough")] == [
        True,
        True,
        True,
    ]
    page = client.get("/experiments/planner/?baseline=90&lift=25&holdout=50&power=90").content.decode()
    assert "More than all customers can&#x27;t do it." in page


def test_the_api_says_what_the_command_says(trial: Experiment, vera: User) -> None:
    client: Client = signed_in(vera)
    (listed,) = client.get("/api/v1/experiments/").json()["results"]
    assert listed == client.get(f"/api/v1/experiments/{trial.public_id}/").json()
    assert listed["arms"] == [
        {"name": "No letter", "share": None, "is_control": True},
        {"name": "Letter", "share": None, "is_control": False},
    ]
    answer = client.get(f"/api/v1/experiments/{trial.public_id}/readout/").json()
    assert list(answer) == ["control", "metrics", "sample_ratio_p", "warnings"]
    assert answer["metrics"]["visit"]["arms"]["Letter"]["n"] == 50
    problem = client.get(f"/api/v1/experiments/{trial.public_id}/readout/?control=Nobody")
    assert (problem.status_code, problem.json()["code"]) == (400, "no_control")


def result(difference: float, interval: tuple[float, float] | None, *, binary: bool) -> str:
    experiment = make_experiment(f"e{difference}{interval}{binary}")
    arm = experiment.arms.get(name="mail")
    row = ArmResult(arm, Sums(10, 1, 1), difference, interval, 0.5, interval)
    return sentence(MetricResult("spend", binary, (row,)), row, "none", always_valid=False)


def test_sentences(tenant: Tenant) -> None:
    assert result(-0.031, (-0.05, -0.01), binary=True) == (
        "mail brought 3.1 fewer “spend” per 100 customers than none (1.0 to 5.0)."
    )
    assert result(-0.5, (-0.75, -0.0123), binary=False) == (
        "mail brought 0.50 less “spend” per customer than none (0.012 to 0.75)."
    )
    assert result(0.5, (-0.25, 1.5), binary=False) == (
        "mail, “spend”: no difference to none is shown (−0.25 to +1.5 each)."
    )
    assert result(0.5, None, binary=False) == "mail, “spend”: too few to say."
    with translation.override("zh-hans"):
        assert result(0.0766, (0.0699, 0.0832), binary=True) == (
            "与none相比，mail每 100 位用户多带来 7.7 次“spend”（7.0 至 8.3）。"
        )


@pytest.mark.parametrize(("value", "text"), [(0, "0.0"), (7.66, "7.7"), (0.314, "0.31"), (-0.0042, "−0.0042")])
def test_small_figures_keep_two_digits(value: float, text: str) -> None:
    assert figure(value) == text
