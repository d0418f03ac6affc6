"""The page of thresholds: what was learned, who would move, setting one by hand."""

from __future__ import annotations

from retention.scoring.models import CustomerScore, ScoreRun, SilenceThreshold, ThresholdOverride
from tenants.governance.models import AuditEntry
from tenants.people.models import User
from tests.scoring.conftest import LAST_DAY, SignedIn
from tests.scoring.loading import score

EDIT = "/scores/thresholds/edit/?category=milk&clock=purchase"


def test_thresholds_are_listed_with_both_estimates(scored: ScoreRun, vera: User, browser: SignedIn) -> None:
    milk = SilenceThreshold.objects.get(run=scored, category__code="milk")
    text = browser(vera).get("/scores/thresholds/").content.decode()
    assert milk.source == "observed"
    assert f"{milk.gaps:,}" in text
    assert f"{milk.p90:.2f}" in text
    assert "Learned from its own gaps" in text


def test_before_saving_it_tells_who_would_move(scored: ScoreRun, ada: User, browser: SignedIn) -> None:
    before = CustomerScore.current.filter(category__code="milk", pool="active").count()
    text = browser(ada).post(EDIT, {"days": "500", "reason": "trial", "preview": "1"}).content.decode()
    assert "customers would change pool" in text
    assert ThresholdOverride.objects.count() == 0
    assert CustomerScore.current.filter(category__code="milk", pool="active").count() == before


def test_what_is_told_is_what_the_next_run_does(scored: ScoreRun, ada: User, browser: SignedIn) -> None:
    old = dict(CustomerScore.current.values_list("customer_id", "pool"))
    text = browser(ada).post(EDIT, {"days": "60", "reason": "season", "preview": "1"}).content.decode()
    browser(ada).post(EDIT, {"days": "60", "reason": "season", "save": "1"})
    score(LAST_DAY)
    new = dict(CustomerScore.current.values_list("customer_id", "pool"))
    moved = sum(old[key] != new[key] for key in old)
    assert moved > 0
    assert f"{moved} of 300 customers would change pool" in text


def test_a_threshold_set_by_hand_holds_from_the_next_run_and_can_be_undone(
    scored: ScoreRun, ada: User, browser: SignedIn
) -> None:
    client = browser(ada)
    client.post(EDIT, {"days": "30", "reason": "season", "save": "1"})
    client.post(EDIT, {"days": "33", "reason": "longer season", "save": "1"})
    override = ThresholdOverride.objects.get(ended_at=None)
    assert (override.days, override.reason, override.set_by) == (33, "longer season", ada)
    run = score(LAST_DAY)
    assert SilenceThreshold.objects.filter(run=run, category__code="milk", days=33, source="override").exists()
    client.post(EDIT, {"remove": "1"})
    assert not ThresholdOverride.objects.filter(ended_at=None).exists()
    acts = list(
        AuditEntry.objects.filter(action__startswith="threshold").order_by("id").values_list("action", flat=True)
    )
    assert acts == ["threshold.set", "threshold.set", "threshold.removed"]


def test_a_threshold_outside_the_limits_is_refused_with_the_limits(
    scored: ScoreRun, ada: User, browser: SignedIn
) -> None:
    text = browser(ada).post(EDIT, {"days": "3000", "reason": "never", "save": "1"}).content.decode()
    assert "3000 days is not between 7 and 540." in text
    assert ThresholdOverride.objects.count() == 0


def test_only_who_may_edit_policies_sets_thresholds(scored: ScoreRun, max_: User, browser: SignedIn) -> None:
    client = browser(max_)
    assert client.get(EDIT).status_code == client.post(EDIT, {"days": "9"}).status_code == 403
    assert "Set by hand</a>" not in client.get("/scores/thresholds/").content.decode()
