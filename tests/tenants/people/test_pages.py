"""The pages of people, roles and keys, as people meet them."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.test import Client

from retention.common import clock
from tenants.context import use_tenant
from tenants.models import Tenant
from tenants.people.enums import RoleName
from tenants.people.models import ApiKey, Invitation, Role, User
from tenants.people.services.invitations import invite_person
from tenants.people.services.keys import create_api_key
from tests.conftest import make_person
from tests.tenants.people.browser import at_host, confirm, sign_in, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(ada: User) -> Client:
    return signed_in(ada)


def test_a_weighty_step_asks_who_is_there_and_then_goes_on(admin: Client, carl: User) -> None:
    page = f"/people/{carl.public_id}/"
    asked = admin.post(page, {"role": "support"})
    assert unquote(asked.headers["Location"]) == f"/accounts/reauthenticate/?next={page}"
    carl.refresh_from_db()
    assert carl.role == "csm"
    wrong = admin.post(f"/accounts/reauthenticate/?next={page}", {"password": "wrong"})
    assert wrong.status_code == 200
    admin.post(f"/accounts/reauthenticate/?next={page}", {"password": "correct-horse-battery", "next": page})
    carl.refresh_from_db()
    assert carl.role == "support"


@pytest.mark.parametrize("path", ["/people/invite/", "/people/roles/new/", "/keys/new/"])
def test_roles_and_keys_are_not_reached_without_it(admin: Client, path: str) -> None:
    assert admin.get(path).headers["Location"].startswith("/accounts/reauthenticate/")
    confirm(admin)
    assert admin.get(path).status_code == 200


def test_an_admin_invites_a_colleague_who_comes_in(admin: Client) -> None:
    confirm(admin)
    page = admin.post("/people/invite/", {"email": "new@example.com", "role": "csm"}).content.decode()
    link = re.search(r"http://acme\.localhost(/invitations/[0-9a-f]{64}/)", page)
    assert link is not None
    assert "new@example.com" in admin.get("/people/").content.decode()
    newcomer = at_host()
    assert "You will sign in with new@example.com." in newcomer.get(link[1]).content.decode()
    answer = newcomer.post(link[1], {"name": "Nell", "password": "seven-quiet-otters"})
    assert answer.headers["Location"] == "/accounts/login/"
    sign_in(newcomer, "new@example.com", "seven-quiet-otters")
    assert "Nell" in newcomer.get("/me/").content.decode()
    assert newcomer.get("/people/").status_code == 403
    again = at_host().get(link[1])
    assert again.status_code == 404
    assert "Ask an admin of your team to invite you again." in again.content.decode()


def test_a_weak_password_is_said_with_its_mend(admin: Client, ada: User) -> None:
    url = invite_person(email="new@example.com", role="csm", actor=ada, now=clock.now()).url
    page = at_host().post(url.removeprefix("http://acme.localhost"), {"name": "Nell", "password": "short"})
    assert "This password is too short." in page.content.decode()
    assert not User.objects.filter(email="new@example.com").exists()


def test_guessing_links_is_limited(acme: Tenant) -> None:
    path = f"/invitations/{'0' * 64}/"
    answers = [at_host().get(path).content.decode() for _try in range(31)]
    assert ("Too many tries" in answers[29], "Too many tries" in answers[30]) == (False, True)


def test_an_invitation_is_withdrawn(admin: Client, ada: User) -> None:
    invited = invite_person(email="new@example.com", role="csm", actor=ada, now=clock.now())
    admin.post(f"/people/invitations/{invited.invitation.public_id}/withdraw/")
    assert Invitation.objects.get().withdrawn_at is not None
    assert at_host().get(invited.url.removeprefix("http://acme.localhost")).status_code == 404


def test_people_are_listed_found_and_told_apart(admin: Client, carl: User, sue: User) -> None:
    User.objects.filter(pk=sue.pk).update(is_active=False)
    page = admin.get("/people/").content.decode()
    assert [mail in page for mail in ("ada@", "carl@", "sue@")] == [True, True, True]
    found = admin.get("/people/?q=car").content.decode()
    assert ("carl@" in found, "sue@" in found) == (True, False)
    locked = admin.get("/people/?state=locked").content.decode()
    assert ("carl@" in locked, "sue@" in locked) == (False, True)


def test_people_of_another_tenant_are_not_there(admin: Client, rival: Tenant) -> None:
    with use_tenant(rival):
        stranger = make_person(RoleName.CSM, "Canary")
    assert "canary" not in admin.get("/people/").content.decode()
    assert admin.get(f"/people/{stranger.public_id}/").status_code == 404


def test_locked_out_and_let_in_again(admin: Client, carl: User) -> None:
    confirm(admin)
    for path, expected in (("deactivate", False), ("reactivate", True)):
        admin.post(f"/people/{carl.public_id}/{path}/")
        carl.refresh_from_db()
        assert carl.is_active is expected


def test_the_last_admin_is_told_why_they_stay(admin: Client, ada: User) -> None:
    confirm(admin)
    page = admin.post(f"/people/{ada.public_id}/", {"role": "viewer"}).content.decode()
    assert "This is the last admin of the team. Make somebody else an admin first." in page


def test_a_custom_role_is_made_given_and_not_deleted_while_held(admin: Client, carl: User) -> None:
    confirm(admin)
    admin.post("/people/roles/new/", {"name": "Analyst", "codes": ["scores.view", "scores.run"]})
    role = Role.objects.get()
    assert (role.name, role.codes) == ("Analyst", ["scores.run", "scores.view"])
    admin.post(f"/people/{carl.public_id}/", {"role": "csm", "custom_role": str(role.public_id)})
    carl.refresh_from_db()
    assert carl.permission_codes() == {"scores.run", "scores.view"}
    refused = admin.post(f"/people/roles/{role.public_id}/delete/")
    assert "1 people have this role" in refused.content.decode()
    assert Role.objects.count() == 1


def test_a_role_takes_listed_permissions_only(admin: Client) -> None:
    confirm(admin)
    page = admin.post("/people/roles/new/", {"name": "Odd", "codes": ["no.such"]}).content.decode()
    assert "no.such is not one of the available choices" in page
    assert not Role.objects.exists()


def test_a_key_is_shown_once(admin: Client) -> None:
    confirm(admin)
    form = {"name": "Shop", "kind": "api", "scopes": ["customers.view"], "days": "30"}
    page = admin.post("/keys/new/", form)
    text = re.search(r"stay_[0-9a-f]{64}", page.content.decode())
    assert text is not None
    assert page.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    listed = admin.get("/keys/").content.decode()
    assert text[0] not in listed
    assert "Shop" in listed
    key = ApiKey.objects.get()
    assert (key.scopes, key.expires_at - key.created_at) == (["customers.view"], timedelta(days=30))


def test_a_write_key_names_its_tenant(admin: Client) -> None:
    confirm(admin)
    page = admin.post("/keys/new/", {"name": "Shop", "kind": "write", "days": "30"}).content.decode()
    assert re.search(r"wk_acme_[0-9a-f]{64}", page) is not None


def test_a_key_without_permissions_is_refused(admin: Client) -> None:
    confirm(admin)
    page = admin.post("/keys/new/", {"name": "Shop", "kind": "api", "days": "30"}).content.decode()
    assert "Choose what the key may do." in page
    assert not ApiKey.objects.exists()


def test_a_revoked_key_is_refused_at_once(admin: Client, ada: User) -> None:
    key, text = create_api_key(name="Shop", scopes=["people.manage"], actor=ada, now=clock.now())
    rights = {"Authorization": f"Bearer {text}"}
    emails = [row["email"] for row in at_host().get("/api/v1/people/", headers=rights).json()["results"]]
    assert emails == ["ada@example.com"]
    confirm(admin)
    admin.post(f"/keys/{key.public_id}/revoke/")
    assert at_host().get("/api/v1/people/", headers=rights).status_code == 401


def test_my_settings_are_mine(carl: User) -> None:
    client = signed_in(carl)
    client.post("/me/", {"name": "Carlo", "language": "zh-hans", "theme": "dark", "role": "admin"})
    carl.refresh_from_db()
    assert (carl.name, carl.language, carl.theme, carl.role) == ("Carlo", "zh-hans", "dark", "csm")
    assert '<html lang="zh-hans"' in client.get("/me/").content.decode()


@pytest.mark.parametrize("path", ["/people/", "/people/roles/", "/people/invite/", "/keys/", "/keys/new/"])
def test_these_pages_are_for_admins(carl: User, path: str) -> None:
    assert signed_in(carl).get(path).status_code == 403
