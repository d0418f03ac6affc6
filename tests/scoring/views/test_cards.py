"""The pages of scorecards: the list, the form, the trial before saving, and what a reader sees of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from retention.scoring.models import CustomerScore, ScoreRun
from retention.scoring.own_cards import POLICY
from retention.scoring.rules import rules_in_force
from retention.scoring.science.health_cards import SHOP
from tenants.governance.models import AuditEntry, PolicyRevision
from tenants.people.models import User
from tests.scoring.conftest import LAST_DAY, SignedIn
from tests.scoring.loading import score
from tests.scoring.services.test_card_assignment import a_segment

NEW = "/scores/cards/new/shop/"


def filled(**changed: Any) -> dict[str, Any]:
    """The form as the browser sends it."""
    numbers = {
        f"{part}_{metric.code}": f"{getattr(metric, part):g}"
        for metric in SHOP.metrics
        for part in ("weight", "bad", "good")
    }
    own = {
        "name": "Key people",
        "priority": "3",
        "audience": "segment:few",
        "watch": "40",
        "healthy": "70",
        "cap": "39",
    }
    return {**numbers, **own, "reason": "They matter", "seen": "0", **changed}


@pytest.fixture
def editor(scored: ScoreRun, ada: User, browser: SignedIn) -> Client:
    """Ada's browser; there is a segment *few*."""
    a_segment("few", "c00")
    return browser(ada)


def test_the_list_says_what_to_do_when_there_is_none(editor: Client) -> None:
    text = editor.get(reverse("scorecards")).content.decode()
    assert "everybody is scored by the card for all. Add one" in text
    assert NEW in text
    form = editor.get(NEW).content.decode()
    assert 'value="segment:few"' in form
    assert "segment:high_value_lost" not in form


def test_a_card_is_tried_then_saved_then_scores_and_is_taken_away(editor: Client, scored: ScoreRun) -> None:
    tried = editor.post(NEW, filled(cap="5", preview="1")).content.decode()
    assert "of 300 customers would change band" in tried
    assert rules_in_force().values[POLICY] == []
    assert editor.post(NEW, filled(missing_nps_last="zero", save="1")).status_code == 302
    (record,) = rules_in_force().values[POLICY]  # type: ignore[misc]
    assert (record["code"], record["priority"], record["missing"]) == ("key-people", 3, {"nps_last": "zero"})
    assert PolicyRevision.objects.get(name=POLICY).reason == "They matter"
    assert AuditEntry.objects.filter(action="policy.set", target=f"policy:{POLICY}").count() == 1
    score(LAST_DAY)
    scored_by_it = CustomerScore.current.filter(health_card="key-people").select_related("customer")
    text = editor.get(reverse("scorecards")).content.decode()
    assert "Key people" in text
    assert f">{scored_by_it.count()}<" in text
    assert "by Ada" in text
    page = editor.get(reverse("customer", args=[scored_by_it[0].customer.public_id])).content.decode()
    assert "By the scorecard “Key people”." in page
    body = editor.get(f"/api/v1/scores/{scored_by_it[0].customer.public_id}/").json()
    assert body["health_card"] == "key-people"
    assert editor.post("/scores/cards/key-people/", {"remove": "1"}).status_code == 302
    assert rules_in_force().values[POLICY] == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"weight_tone": "6"}, "the weights total 101, not 100"),
        ({"bad_tone": "0.5"}, "must differ"),
        ({"watch": "80"}, "must begin below"),
        ({"audience": "segment:high_value_lost"}, "not one of the available choices"),
        ({"weight_tone": "much"}, "Enter a number"),
    ],
)
def test_what_can_not_be_is_said_at_the_form(editor: Client, changed: dict[str, str], words: str) -> None:
    assert words in editor.post(NEW, filled(**changed, save="1")).content.decode()
    assert rules_in_force().values[POLICY] == []


def test_who_was_overtaken_is_told(editor: Client) -> None:
    editor.post(NEW, filled(save="1"))
    again = editor.post(NEW, filled(name="Other", priority="4", save="1")).content.decode()
    assert "Somebody else changed this policy" in again
    assert len(rules_in_force().values[POLICY]) == 1  # type: ignore[arg-type]


def test_a_reader_sees_the_list_and_changes_nothing(editor: Client, vera: User, browser: SignedIn) -> None:
    editor.post(NEW, filled(save="1"))
    reader = browser(vera)
    assert "Key people" in reader.get(reverse("scorecards")).content.decode()
    assert reader.get(NEW).status_code == 403
    assert reader.get("/scores/cards/key-people/").status_code == 403
    assert editor.get("/scores/cards/nothing/").status_code == 404
    assert editor.get("/scores/cards/new/garage/").status_code == 404


def test_the_policys_own_page_shows_it_and_leads_here(editor: Client) -> None:
    editor.post(NEW, filled(save="1"))
    text = editor.get(reverse("policy", args=[POLICY])).content.decode()
    assert "3. Key people" in text
    assert reverse("scorecards") in text
