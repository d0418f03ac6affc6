"""Scores over the REST API."""

from __future__ import annotations

from datetime import date

import pytest

from retention.scoring.models import CustomerScore, ScoreRun
from tenants.people.models import User
from tests.scoring.conftest import SignedIn


def test_scores_come_in_pages_with_reasons(scored: ScoreRun, max_: User, browser: SignedIn) -> None:
    client = browser(max_)
    first = client.get("/api/v1/scores/?page_size=200").json()
    second = client.get(first["next"]).json()
    rows = [*first["results"], *second["results"]]
    assert [row["external_id"] for row in rows] == [f"c{n:03d}" for n in range(300)]
    assert {row["why"][0]["code"] for row in rows} == {"quiet"}
    assert second["next"] is None


def test_scores_are_filtered_by_pool(scored: ScoreRun, max_: User, browser: SignedIn) -> None:
    rows = browser(max_).get("/api/v1/scores/?pool=lost&page_size=500").json()["results"]
    assert len(rows) == CustomerScore.current.filter(pool="lost").count() > 0
    assert {row["pool"] for row in rows} == {"lost"}


def test_one_score_explains_every_point(scored: ScoreRun, max_: User, browser: SignedIn) -> None:
    score = CustomerScore.current.exclude(health=None).select_related("customer").first()
    assert score is not None
    body = browser(max_).get(f"/api/v1/scores/{score.customer.public_id}/").json()
    assert len(body["factors"]) == 12
    assert sum(factor["weight"] for factor in body["factors"]) == pytest.approx(100)
    assert sum(factor["contribution"] for factor in body["factors"]) == pytest.approx(body["health"], abs=1e-3)
    assert body["words"].startswith(f"Quiet for {score.purchase_silence} day")


def test_thresholds_and_runs_are_read(scored: ScoreRun, max_: User, browser: SignedIn) -> None:
    client = browser(max_)
    rows = client.get("/api/v1/thresholds/").json()["results"]
    assert [(row["category"], row["clock"]) for row in rows] == [
        ("batteries", "purchase"),
        ("milk", "purchase"),
        (None, "purchase"),
        (None, "visit"),
    ]
    (run,) = client.get("/api/v1/runs/").json()["results"]
    assert (run["id"], run["fingerprint"], run["progress"]) == (str(scored.public_id), scored.fingerprint, 1.0)
    assert sum(run["pools"].values()) == 300
    assert client.get(f"/api/v1/runs/{run['id']}/").json() == run


def test_a_run_is_asked_for(scored: ScoreRun, max_: User, browser: SignedIn) -> None:
    client = browser(max_)
    answer = client.post("/api/v1/runs/", {"as_of": "2024-02-29"}, content_type="application/json")
    assert (answer.status_code, answer.json()["status"]) == (201, "queued")
    assert ScoreRun.objects.latest("id").as_of == date(2024, 2, 29)
    refused = client.post("/api/v1/runs/", {"as_of": "2999-01-01"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (400, "date_in_future")
