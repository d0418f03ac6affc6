"""What pages, rules and the command say after a refresh."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from retention.customers.models import Customer
from retention.scoring.enums import RunKind
from retention.scoring.explain import explain, why_text
from retention.scoring.models import CustomerScore, ScoreRun
from retention.scoring.services.runs import advance
from retention.segments.selectors.members import count_members
from tenants.governance.models import Policy
from tenants.people.models import User
from tests.scoring.conftest import LAST_DAY, SignedIn
from tests.scoring.loading import NOW

DAYS = 2
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def refreshed(scored: ScoreRun) -> ScoreRun:
    """The scored shop, two quiet days on."""
    Policy.objects.create(name="runs.refresh_from", value=0)
    Policy.objects.create(name="runs.refresh_share", value=1)
    Customer.objects.update(updated_at=NOW - timedelta(days=9))
    asked = ScoreRun.objects.create(
        as_of=LAST_DAY + timedelta(days=DAYS), requested_at=NOW, kind=RunKind.REFRESH, scheduled=True
    )
    done = advance(asked.pk, clock=lambda: LATER)
    assert done.kind == "refresh", done.summary
    return done


def untouched() -> CustomerScore:
    """Somebody whom the refresh left as they were, with a silence."""
    rows = CustomerScore.current.select_related("run", "customer").filter(as_of=LAST_DAY, purchase_silence__gt=0)
    return rows.earliest("customer")


def test_the_list_of_runs_says_which_it_was_and_how_many(refreshed: ScoreRun, max_: User, browser: SignedIn) -> None:
    text = browser(max_).get("/scores/").content.decode()
    assert f"Refresh: {refreshed.summary['restated']} restated" in text
    assert "300 customers, as of 2 Apr 2024" in text
    assert "Everybody was scored in full as of 31 Mar 2024" in text


def test_a_full_run_says_why_it_was_one(refreshed: ScoreRun, max_: User, browser: SignedIn) -> None:
    Policy.objects.filter(name="runs.refresh_from").update(value=1000)
    asked = ScoreRun.objects.create(as_of=refreshed.as_of, requested_at=NOW, kind=RunKind.REFRESH)
    advance(asked.pk, clock=lambda: LATER)
    text = browser(max_).get("/scores/").content.decode()
    assert "Full: few customers: scoring all of them is quick" in text
    assert "Everybody was scored in full as of" not in text


def test_a_record_says_since_when_its_numbers_stand(refreshed: ScoreRun, max_: User, browser: SignedIn) -> None:
    score = untouched()
    text = browser(max_).get(f"/customers/{score.customer.public_id}/").content.decode()
    assert "Forecasts, chances and health as of 31 Mar 2024" in text
    other = CustomerScore.current.filter(as_of=refreshed.as_of).select_related("customer").earliest("customer")
    text = browser(max_).get(f"/customers/{other.customer.public_id}/").content.decode()
    assert "Forecasts, chances and health as of" not in text


def test_silence_goes_on_for_whom_nothing_touched(refreshed: ScoreRun) -> None:
    score = untouched()
    assert score.purchase_silence is not None
    assert score.r is not None
    assert score.threshold_days is not None
    assert score.r_now == pytest.approx(score.r + DAYS / score.threshold_days)
    days = score.purchase_silence + DAYS
    assert f"Quiet for {days} days" in why_text(explain(score, "milk"))


@pytest.mark.parametrize("field", ["r", "purchase_r", "visit_r"])
def test_rules_ask_for_the_silence_of_the_day(refreshed: ScoreRun, field: str) -> None:
    """Against everybody scored in full on that very day."""
    asked = [{"field": field, "op": "ge", "value": value} for value in (0.1, 0.3, 0.5, 0.9, 1, 1.3, 2.2)]
    kept = [count_members(rule, as_of=refreshed.as_of) for rule in asked]
    plan = {**ScoreRun.objects.get(is_current=True).plan, "previous": None, "advances": True}
    run = ScoreRun.objects.create(
        as_of=refreshed.as_of, requested_at=NOW, status="running", plan=plan, shards=1, summary={"began": 0.0}
    )
    run.pieces.create(number=0, low=0, high=2**62)
    assert advance(run.pk, clock=lambda: LATER).is_current
    assert CustomerScore.current.filter(as_of=refreshed.as_of).count() == 300
    assert [count_members(rule, as_of=refreshed.as_of) for rule in asked] == kept
    assert len(set(kept)) > 3


def test_the_command_tells_how_many_it_restated(refreshed: ScoreRun) -> None:
    out = StringIO()
    call_command("score", "acme", "--refresh", "--as-of", "2024-04-03", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert (answer["kind"], answer["customers"], answer["as_of"]) == ("refresh", 300, "2024-04-03")
    assert 0 < answer["restated"] <= 300
    assert answer["models"]["bg_nbd"]["identified"]
    assert sum(answer["pools"].values()) == 300
