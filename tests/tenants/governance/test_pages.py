"""The pages and the API of policies and the audit log."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from retention.common import clock
from tenants.context import use_tenant
from tenants.governance.models import AuditEntry, Policy, PolicyRevision
from tenants.governance.services.audit import record_act
from tenants.governance.services.policies import set_policy
from tenants.models import Tenant
from tenants.people.models import User
from tenants.people.services.keys import create_api_key
from tenants.policies import policy_value
from tenants.policy_previews import Effect, Preview, previews
from tests.tenants.people.browser import at_host, signed_in

pytestmark = pytest.mark.django_db
NAME = "people.invitation_hours"
PAGE = f"/policies/{NAME}/"


@pytest.fixture
def admin(ada: User) -> Client:
    return signed_in(ada)


@pytest.fixture
def preview() -> Iterator[None]:
    effect = Effect(("Three customers <move>.",), ("From", "To"), (("active", "at risk"),))
    previews.register(Preview("trial", frozenset({NAME}), lambda name, value: effect if value == 24 else None))
    yield
    previews._things.pop("trial")


def test_every_policy_is_listed_with_what_holds(admin: Client) -> None:
    page = admin.get("/policies/").content.decode()
    assert "An invitation is open for" in page
    assert "72 hours" in page


def test_an_admin_sets_a_policy_and_sees_who_was_it(admin: Client, ada: User) -> None:
    form = {"value": "48", "reason": "Tighter <b>", "seen": "0"}
    assert admin.post(f"{PAGE}change/", form).headers["Location"] == PAGE
    page = admin.get(PAGE).content.decode()
    assert "72 hours → <strong>48 hours</strong>" in page
    assert "Ada" in page
    assert "Tighter &lt;b&gt;" in page
    (revision,) = PolicyRevision.objects.all()
    assert (revision.changed_by, revision.reason) == (ada, "Tighter <b>")


def test_the_effect_is_shown_before_it_is_saved(admin: Client, preview: None) -> None:
    page = admin.post(f"{PAGE}change/", {"value": "24", "seen": "0", "preview": "1"}).content.decode()
    assert "With 24 hours instead of 72 hours" in page
    assert "Three customers &lt;move&gt;." in page
    assert "<td>active</td>" in page
    assert not Policy.objects.exists()
    other = admin.post(f"{PAGE}change/", {"value": "25", "seen": "0", "preview": "1"}).content.decode()
    assert "Nothing that is computed from your data today depends on this value." in other


def test_what_cannot_be_is_said_at_the_field(admin: Client) -> None:
    page = admin.post(f"{PAGE}change/", {"value": "0", "seen": "0"}).content.decode()
    assert f"{NAME}: 0 is below the least allowed, 1. Use 1 or more." in page
    assert 'value="0"' in page
    assert not Policy.objects.exists()


def test_who_was_slower_is_told(admin: Client, ada: User) -> None:
    set_policy(name=NAME, value=50, actor=ada, now=clock.now())
    page = admin.post(f"{PAGE}change/", {"value": "48", "seen": "0"}).content.decode()
    assert "Somebody else changed this policy while you looked at it." in page
    assert policy_value(NAME) == 50


def test_back_to_the_default(admin: Client, ada: User) -> None:
    set_policy(name=NAME, value=50, actor=ada, now=clock.now())
    assert "It goes from 50 hours back to 72 hours." in admin.get(PAGE).content.decode()
    admin.post(f"{PAGE}reset/")
    assert policy_value(NAME) == 72


def test_who_may_look_may_not_change(vera: User) -> None:
    client = signed_in(vera)
    assert "Save" not in client.get(PAGE).content.decode()
    for path in ("change", "reset"):
        assert client.post(f"{PAGE}{path}/", {"value": "1"}).status_code == 403
    assert client.get("/audit/").status_code == 403
    assert not Policy.objects.exists()


def test_an_unknown_policy_is_not_found(admin: Client) -> None:
    assert admin.get("/policies/no.such/").status_code == 404


def test_the_audit_log_names_people_and_acts(admin: Client, ada: User) -> None:
    record_act(actor=ada, action="policy.set", target="policy:x", detail={"new": "<i>"}, at=clock.now())
    record_act(actor="policy", action="odd.act", target="policy:y", at=clock.now())
    page = admin.get("/audit/").content.decode()
    assert "Policy changed" in page
    assert "Ada" in page
    assert "command line · policy" in page
    assert "&lt;i&gt;" in page
    assert "odd.act" in page
    only = admin.get("/audit/?action=policy.set").content.decode()
    assert ("policy:x" in only, "policy:y" in only) == (True, False)


def test_another_tenants_acts_are_not_shown(admin: Client, rival: Tenant) -> None:
    with use_tenant(rival):
        record_act(actor="canary", action="odd.act", target="canary:1")
    assert "canary" not in admin.get("/audit/").content.decode()


def test_the_log_is_checked_from_the_page(admin: Client) -> None:
    record_act(actor="policy", action="odd.act", target="policy:y", at=clock.now())
    count = AuditEntry.objects.count()
    page = admin.post("/audit/verify/", follow=True).content.decode()
    assert f"The log is intact: {count} entries." in page
    assert AuditEntry.objects.order_by("-position")[0].action == "audit.verified"


def key(person: User, *scopes: str) -> dict[str, str]:
    _key, text = create_api_key(name="Test", scopes=scopes, actor=person, now=clock.now())
    return {"Authorization": f"Bearer {text}"}


def test_policies_over_the_api(ada: User) -> None:
    client, rights = at_host(), key(ada, "policies.view", "policies.edit")
    found = client.get("/api/v1/policies/", headers=rights).json()
    assert {policy["name"]: policy["value"] for policy in found}[NAME] == 72
    changed = client.put(
        f"/api/v1{PAGE}", {"value": 48, "reason": "api"}, content_type="application/json", headers=rights
    )
    assert (changed.status_code, changed.json()["value"], changed.json()["set"]) == (200, 48, True)
    (revision,) = PolicyRevision.objects.all()
    assert revision.actor.startswith("key:")
    assert client.delete(f"/api/v1{PAGE}", headers=rights).json()["value"] == 72


def test_refusals_of_the_api_are_problems_with_a_mend(ada: User) -> None:
    client, looking = at_host(), key(ada, "policies.view")
    refused = client.put(f"/api/v1{PAGE}", {"value": 48}, content_type="application/json", headers=looking)
    assert (refused.status_code, refused.headers["Content-Type"]) == (403, "application/problem+json")
    assert refused.json() == {
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
        "detail": "You do not have permission to perform this action.",
        "code": "permission_denied",
        "mend": "Ask an admin for a role or key that includes it.",
    }
    editing = key(ada, "policies.view", "policies.edit")
    wrong = client.put(f"/api/v1{PAGE}", {"value": 0}, content_type="application/json", headers=editing)
    assert (wrong.status_code, wrong.json()["code"]) == (400, "policy_invalid")
    assert wrong.json()["mend"] == "Use 1 or more."
    missing = client.put(f"/api/v1{PAGE}", {}, content_type="application/json", headers=editing)
    assert missing.json()["errors"] == {"value": ["This field is required."]}
    assert client.get("/api/v1/policies/no.such/", headers=editing).json()["code"] == "unknown_policy"


def test_without_a_key_the_api_answers_401(acme: Tenant, rival: Tenant) -> None:
    nobody = at_host().get("/api/v1/policies/")
    assert (nobody.status_code, nobody.json()["code"]) == (401, "not_authenticated")
    assert nobody.headers["WWW-Authenticate"] == 'Bearer realm="api"'
    with use_tenant(rival):
        _key, text = create_api_key(name="Test", scopes=["policies.view"], actor=None, now=clock.now())
    foreign = at_host().get("/api/v1/policies/", headers={"Authorization": f"Bearer {text}"})
    assert (foreign.status_code, foreign.json()["code"]) == (401, "key_invalid")


def test_the_audit_log_comes_in_pages(ada: User) -> None:
    for number in range(5):
        record_act(actor="test", action="odd.act", target=f"thing:{number}", at=clock.now())
    client, rights = at_host(), key(ada, "audit.view")
    first = client.get("/api/v1/audit/?page_size=4", headers=rights).json()
    assert [entry["position"] for entry in first["results"]] == [6, 5, 4, 3]
    second = client.get(first["next"], headers=rights).json()
    assert [entry["position"] for entry in second["results"]] == [2, 1]
    assert second["results"][1]["digest"] == AuditEntry.objects.get(position=1).digest.hex()
