"""Policies: typed, with history, back to default, as of a moment, and who may say what a change does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from retention.common.errors import DomainError, NotFound
from tenants.context import use_tenant
from tenants.governance.models import AuditEntry, Policy, PolicyRevision
from tenants.governance.selectors.policies import history, policies_now, policy_now
from tenants.governance.services.policies import reset_policy, set_policy
from tenants.models import Tenant
from tenants.people.models import User
from tenants.policies import PolicySpec, policies, policy_number, policy_value, policy_values, register
from tenants.policy_previews import Effect, Preview, preview_effects, previews
from tenants.policy_values import parse_value, validate_value

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 1, 9, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, 9, tzinfo=UTC)
MAY = datetime(2026, 5, 1, 9, tzinfo=UTC)


def weigh(value: Any) -> None:
    if sum(value.values()) != 100:
        raise DomainError("weights", "trial.weights: they total other than 100.", mend="Make them total 100.")


SPECS = (
    PolicySpec("trial.days", "days", 28, "Days", minimum=7, maximum=540, by_business={"software": 60}),
    PolicySpec("trial.share", "share", 0.15, "Share"),
    PolicySpec("trial.count", "integer", 3, "Count", minimum=-5),
    PolicySpec("trial.on", "boolean", True, "On"),
    PolicySpec("trial.word", "text", "hello", "Word"),
    PolicySpec("trial.way", "choice", "a", "Way", choices=("a", "b")),
    PolicySpec("trial.weights", "numbers", {"x": 40, "y": 60}, "Weights", minimum=0, check=weigh),
    PolicySpec("trial.open", "numbers", {}, "Open map"),
)


@pytest.fixture(autouse=True)
def specs() -> Iterator[None]:
    register(*SPECS)
    yield
    for spec in SPECS:
        policies._things.pop(spec.name, None)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("trial.days", "30", 30),
        ("trial.days", " 30.5 ", 30.5),
        ("trial.share", "0.2", 0.2),
        ("trial.share", "15 %", 0.15),
        ("trial.share", "7%", 0.07),
        ("trial.count", "-2", -2),
        ("trial.count", "4.0", 4),
        ("trial.on", "no", False),
        ("trial.on", "是", True),
        ("trial.word", "嗨", "嗨"),
        ("trial.way", "b", "b"),
        ("trial.weights", '{"x": 30, "y": 70}', {"x": 30, "y": 70}),
        ("trial.weights", "x = 30\ny = 70\n", {"x": 30, "y": 70}),
        ("trial.open", "V1=1.5", {"V1": 1.5}),
    ],
)
def test_text_becomes_a_value_of_its_kind(name: str, text: str, value: Any) -> None:
    found = parse_value(policies[name], text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "text", "message", "mend"),
    [
        ("trial.days", "soon", "trial.days: “soon” is not a number.", "Write digits, with a point for fractions."),
        ("trial.days", "6", "trial.days: 6 is below the least allowed, 7.", "Use 7 or more."),
        ("trial.days", "541", "trial.days: 541 is above the most allowed, 540.", "Use 540 or less."),
        ("trial.days", "nan", "trial.days: this is not a number.", "Write digits, with a point for fractions."),
        ("trial.share", "1.5", "trial.share: 1.5 is above the most allowed, 1.", "Use 1 or less."),
        ("trial.count", "2.5", "trial.count: 2.5 is not a whole number.", "Leave out the fraction."),
        ("trial.on", "maybe", "trial.on: “maybe” is neither yes nor no.", "Write yes or no."),
        ("trial.way", "c", "trial.way: “c” is not one of its choices.", "Use one of: a, b."),
        (
            "trial.weights",
            "x = 30\nz = 70",
            "trial.weights: unknown names: z; missing: y.",
            "Give a number for each of: x, y.",
        ),
        (
            "trial.weights",
            "x = -1\ny = 101",
            "trial.weights.x: -1 is below the least allowed, 0.",
            "Use 0 or more.",
        ),
        ("trial.weights", "x = 30\ny = 60", "trial.weights: they total other than 100.", "Make them total 100."),
        (
            "trial.weights",
            "{x",
            "trial.weights: this is not a JSON object.",
            'Write {"name": 1} or lines of “name = 1”.',
        ),
    ],
)
def test_what_cannot_be_is_refused_with_place_and_mend(name: str, text: str, message: str, mend: str) -> None:
    with pytest.raises(DomainError) as refusal:
        parse_value(policies[name], text)
    assert (refusal.value.message, refusal.value.mend) == (message, mend)


@pytest.mark.parametrize("value", ["30", True, None, [30]])
def test_a_value_of_another_type_is_refused(value: Any) -> None:
    with pytest.raises(DomainError):
        validate_value(policies["trial.days"], value)


def test_setting_keeps_who_when_why_and_the_old_value(tenant: Tenant, ada: User) -> None:
    set_policy(name="trial.days", value=30, actor=ada, reason="spring", now=MARCH)
    set_policy(name="trial.days", value=45, actor="policy", now=APRIL)
    rows = [(r.old_value, r.new_value, r.changed_by, r.actor, r.reason, r.changed_at) for r in history("trial.days")]
    assert rows == [(30, 45, None, "command:policy", "", APRIL), (28, 30, ada, "", "spring", MARCH)]
    assert policy_number("trial.days") == 45
    acts = AuditEntry.objects.order_by("position").values_list("action", "target", "detail")
    assert list(acts) == [
        ("policy.set", "policy:trial.days", {"old": 28, "new": 30}),
        ("policy.set", "policy:trial.days", {"old": 30, "new": 45}),
    ]


def test_setting_the_same_again_changes_nothing(tenant: Tenant, ada: User) -> None:
    set_policy(name="trial.days", value=30, actor=ada, now=MARCH)
    assert set_policy(name="trial.days", value=30.0, actor=ada, now=APRIL) is None
    assert PolicyRevision.objects.count() == AuditEntry.objects.count() == 1


def test_a_refused_value_leaves_no_trace(tenant: Tenant, ada: User) -> None:
    with pytest.raises(DomainError):
        set_policy(name="trial.days", value=1, actor=ada, now=MARCH)
    assert (Policy.objects.count(), PolicyRevision.objects.count(), AuditEntry.objects.count()) == (0, 0, 0)


def test_back_to_default(tenant: Tenant, ada: User) -> None:
    set_policy(name="trial.days", value=30, actor=ada, now=MARCH)
    reset_policy(name="trial.days", actor=ada, now=APRIL)
    assert policy_value("trial.days") == 28
    assert policy_now("trial.days").is_set is False
    assert [(r.old_value, r.new_value) for r in history("trial.days")] == [(30, None), (28, 30)]
    assert reset_policy(name="trial.days", actor=ada, now=MAY) is None


def test_values_as_they_stood(tenant: Tenant, ada: User) -> None:
    set_policy(name="trial.days", value=30, actor=ada, now=MARCH)
    reset_policy(name="trial.days", actor=ada, now=APRIL)
    set_policy(name="trial.days", value=99, actor=ada, now=MAY)
    moments = (datetime(2026, 2, 1, tzinfo=UTC), MARCH, datetime(2026, 4, 15, tzinfo=UTC), MAY)
    assert [policy_values(at=at)["trial.days"] for at in moments] == [28, 30, 28, 99]


def test_the_default_is_that_of_the_business(acme: Tenant) -> None:
    acme.business = "software"
    with use_tenant(acme):
        assert policy_value("trial.days") == 60
        assert {p.spec.name: p.default for p in policies_now()}["trial.days"] == 60


def test_another_tenant_is_not_touched(acme: Tenant, rival: Tenant) -> None:
    with use_tenant(acme):
        set_policy(name="trial.days", value=30, actor="policy", now=MARCH)
    with use_tenant(rival):
        assert policy_value("trial.days") == 28
        assert not PolicyRevision.objects.exists()


def test_an_unknown_name_is_answered_with_the_nearest(tenant: Tenant) -> None:
    with pytest.raises(NotFound) as refusal:
        policy_now("trial.dais")
    assert refusal.value.mend.startswith("Did you mean trial.days")


def test_previews_speak_of_their_own_policies(tenant: Tenant) -> None:
    moved = Effect(("3 customers move.",), ("from", "to", "customers"), (("active", "at risk", "3"),))
    previews.register(Preview("trial", frozenset({"trial."}), lambda name, value: moved if value == 30 else None))
    try:
        assert preview_effects("trial.days", 30) == [moved]
        assert preview_effects("trial.days", 31) == []
        assert preview_effects("trialling", 30) == []
    finally:
        previews._things.pop("trial")
