"""The page of thresholds: what was learned, who would move, setting one by hand."""

from __future__ import annotations

from retention.customers.models import Category
from retention.scoring.models import CustomerScore, ScoreRun, SilenceThreshold, ThresholdOverride
from tenants.governance.models import AuditEntry
from tenants.governance.services.policies import set_policy
from tenants.people.models import User
from tests.scoring.conftest import LAST_DAY, SignedIn
from tests.scoring.loading import NOW, score

EDIT = "/scores/thresholds/edit/?category=milk&clock=purchase"


def test_thresholds_are_listed_with_both_estimates(scored: ScoreRun, vera: User, browser: SignedIn) -> None:
    milk = SilenceThreshold.objects.get(run=scored, category__code="milk")
    text = browser(vera).get("/scores/thresholds/").content.decode()
    assert milk.source == "observed"
    assert f"{milk.gaps:,}" in text
    assert f"{milk.p90:.1f}" in text
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


def test_the_pooled_figure_is_put_in_force_in_one_click_with_its_reason(
    scored: ScoreRun, ada: User, browser: SignedIn
) -> None:
    milk = SilenceThreshold.objects.get(run=scored, category__code="milk")
    assert milk.pooled is None  # two categories don't say how categories differ
    text = browser(ada).get(EDIT).content.decode()
    assert "Use the pooled figure" not in text
    assert browser(ada).post(EDIT, {"pooled": "1"}).status_code == 404
    pooled = {"days": 41.27, "interval": [36.0, 47.0], "own_share": 0.25, "level_days": 40.0, "neighbours": 3}
    SilenceThreshold.objects.filter(pk=milk.pk).update(pooled=pooled, gaps=60)
    text = browser(ada).get(EDIT).content.decode()
    assert "Pooled: 41.3 days (95%: 36.0–47.0)." in text
    assert "weigh 25%, its neighbours’ 40.0 days weigh 75%." in text
    assert "of 300 customers would change pool" in text
    browser(ada).post(EDIT, {"pooled": "1"})
    made = ThresholdOverride.objects.get(ended_at=None)
    assert (made.days, made.reason) == (
        41.3,
        "Pooled with its neighbours as of 31 Mar 2024: its own 60 gaps weigh 25%.",
    )


def test_a_rhythm_that_changed_is_said_and_filtered(scored: ScoreRun, vera: User, browser: SignedIn) -> None:
    page = browser(vera).get("/scores/thresholds/").content.decode()
    assert "Rhythms that change" not in page
    drift = {
        "gaps_before": 400,
        "gaps_now": 500,
        "before": 30.0,
        "now": 39.0,
        "change": 0.3,
        "interval": [0.12, 0.5],
        "moved": True,
    }
    SilenceThreshold.objects.filter(run=scored, category__code="milk").update(drift=drift)
    page = browser(vera).get("/scores/thresholds/?drift=moved").content.decode()
    assert "within 39.0 in the newer (+30%, 95%: +12% to +50%)." in page
    assert "batteries" not in page.split("stay-table")[-1]


def test_a_department_hands_its_override_down_in_what_is_told_too(
    scored: ScoreRun, ada: User, browser: SignedIn
) -> None:
    food = Category.objects.create(code="food")
    Category.objects.filter(code="milk").update(parent=food)
    Category.objects.create(code="new")
    SilenceThreshold.objects.all().delete()
    client = browser(ada)
    for code in ("food", "new"):  # "food" speaks for nobody yet: milk has gaps of its own
        told = client.post(EDIT.replace("milk", code), {"days": "9", "reason": "trial", "preview": "1"})
        assert "Nobody would change pool." in told.content.decode()
    set_policy(name="silence.minimum_gaps", value=100_000, actor=ada, now=NOW)
    score(LAST_DAY)
    url = EDIT.replace("milk", "food")
    text = client.post(url, {"days": "9", "reason": "trial", "preview": "1"}).content.decode()
    old = dict(CustomerScore.current.values_list("customer_id", "pool"))
    client.post(url, {"days": "9", "reason": "trial", "save": "1"})
    score(LAST_DAY)
    new = dict(CustomerScore.current.values_list("customer_id", "pool"))
    moved = sum(old[key] != new[key] for key in old)
    assert moved > 0
    assert f"{moved} of 300 customers would change pool" in text


def test_only_who_may_edit_policies_sets_thresholds(scored: ScoreRun, max_: User, browser: SignedIn) -> None:
    client = browser(max_)
    assert client.get(EDIT).status_code == client.post(EDIT, {"days": "9"}).status_code == 403
    assert "/scores/thresholds/edit/" not in client.get("/scores/thresholds/").content.decode()
