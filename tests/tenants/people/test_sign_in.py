"""Sign-in: password, second factor, limits, reset, and nothing of it crosses tenants."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.mail import EmailMessage

from retention.common import clock
from tenants.context import use_tenant
from tenants.governance.models import AuditEntry
from tenants.governance.services.policies import set_policy
from tenants.models import Tenant
from tenants.people.enums import RoleName
from tenants.people.models import User
from tenants.people.services.roles import deactivate_person
from tenants.people.services.second_factor import drop_second_factor, enrol_totp
from tests.conftest import PASSWORD, make_person
from tests.tenants.people.browser import at_host, code_of, sign_in

pytestmark = pytest.mark.django_db


def test_a_person_signs_in_by_password(carl: User) -> None:
    client = at_host()
    assert client.get("/me/").headers["Location"] == "/accounts/login/?next=/me/"
    assert sign_in(client, "CARL@example.com", next="/me/").headers["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    (act,) = AuditEntry.objects.all()
    assert (act.action, act.actor) == ("person.signed_in", str(carl.public_id))


@pytest.mark.parametrize(("email", "password"), [("carl@example.com", "wrong"), ("nobody@example.com", PASSWORD)])
def test_wrong_words_open_nothing_and_tell_nothing(carl: User, email: str, password: str) -> None:
    client = at_host()
    response = sign_in(client, email, password)
    assert "The email address and/or password you specified are not correct." in response.content.decode()
    assert client.get("/me/").status_code == 302
    assert not AuditEntry.objects.exists()


def test_a_person_of_one_tenant_is_a_stranger_at_another(acme: Tenant, rival: Tenant) -> None:
    with use_tenant(acme):
        make_person(RoleName.CSM, "Carl")
    client = at_host("rival")
    sign_in(client, "carl@example.com")
    assert client.get("/me/").status_code == 302


def test_who_is_locked_out_is_out_at_once(ada: User, carl: User) -> None:
    client = at_host()
    sign_in(client, carl.email)
    assert client.get("/me/").status_code == 200
    deactivate_person(person=carl, actor=ada, now=clock.now())
    assert client.get("/me/").status_code == 302
    sign_in(client, carl.email)
    assert client.get("/me/").status_code == 302


def test_there_is_no_sign_up(acme: Tenant) -> None:
    for path in ("/accounts/signup/", "/accounts/email/", "/accounts/login/code/"):
        assert at_host().get(path).status_code == 404
    page = at_host().get("/accounts/login/").content.decode()
    assert "signup" not in page
    assert "Accounts are made by invitation" in page


def test_a_code_is_asked_for_and_works_once(ada: User) -> None:
    secret = enrol_totp(person=ada, actor="test", now=clock.now())
    client = at_host()
    assert sign_in(client, ada.email).headers["Location"].startswith("/accounts/second-factor/authenticate/")
    assert client.get("/me/").status_code == 302
    assert client.post("/accounts/second-factor/authenticate/", {"code": "000000"}).status_code == 200
    code = code_of(secret)
    assert client.post("/accounts/second-factor/authenticate/", {"code": code}).status_code == 302
    assert client.get("/me/").status_code == 200
    again = at_host()
    sign_in(again, ada.email)
    again.post("/accounts/second-factor/authenticate/", {"code": code})
    assert again.get("/me/").status_code == 302


def test_a_code_stays_used_for_as_long_as_it_is_good(ada: User) -> None:
    """A code of the step to come is good for 60 seconds and more."""
    secret = enrol_totp(person=ada, actor="test", now=clock.now())
    code = code_of(secret, steps=1)
    for expected in (200, 302):
        client = at_host()
        sign_in(client, ada.email)
        client.post("/accounts/second-factor/authenticate/", {"code": code})
        assert client.get("/me/").status_code == expected
        cache.delete(f"allauth.mfa.totp.used?user={ada.pk}&code={code}")  # as after 30 seconds


def test_a_recovery_code_works_once(ada: User) -> None:
    enrol_totp(person=ada, actor="test", now=clock.now())
    codes = Authenticator.objects.get(user=ada, type="recovery_codes").wrap().get_unused_codes()
    for expected in (200, 302):
        client = at_host()
        sign_in(client, ada.email)
        client.post("/accounts/second-factor/authenticate/", {"code": codes[0]})
        assert client.get("/me/").status_code == expected


def test_secrets_of_the_second_factor_are_sealed(ada: User) -> None:
    secret = enrol_totp(person=ada, actor="test", now=clock.now())
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert secret not in str(list(AuditEntry.objects.values()))


def test_an_admin_gets_nowhere_before_the_second_factor_is_set_up(ada: User) -> None:
    client = at_host()
    sign_in(client, ada.email)
    for path in ("/me/", "/people/", "/"):
        assert client.get(path).headers["Location"] == "/accounts/second-factor/totp/activate/"
    refused = client.get("/api/v1/people/")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/second-factor/totp/activate/").content.decode()
    found = re.search(r"<code[^>]*>([A-Z2-7]{32})</code>", page)
    assert found is not None
    client.post("/accounts/second-factor/totp/activate/", {"code": code_of(found[1])})
    assert client.get("/people/").status_code == 200
    assert Authenticator.objects.filter(user=ada, type="totp").count() == 1


def test_the_policy_says_who_needs_a_second_factor(ada: User, carl: User) -> None:
    set_policy(name="people.second_factor", value="everybody", actor=ada, now=clock.now())
    client = at_host()
    sign_in(client, carl.email)
    assert client.get("/me/").status_code == 302
    set_policy(name="people.second_factor", value="nobody", actor=ada, now=clock.now())
    assert client.get("/me/").status_code == 200
    admin = at_host()
    sign_in(admin, ada.email)
    assert admin.get("/people/").status_code == 200


def test_who_needs_the_second_factor_cannot_turn_it_off(ada: User) -> None:
    secret = enrol_totp(person=ada, actor="test", now=clock.now())
    client = at_host()
    sign_in(client, ada.email)
    client.post("/accounts/second-factor/authenticate/", {"code": code_of(secret)})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/second-factor/totp/deactivate/")
    assert Authenticator.objects.filter(user=ada, type="totp").count() == 1


def test_a_lost_phone_is_dropped_by_an_admin(ada: User, carl: User) -> None:
    enrol_totp(person=carl, actor="test", now=clock.now())
    drop_second_factor(person=carl, actor=ada, now=clock.now())
    client = at_host()
    sign_in(client, carl.email)
    assert client.get("/me/").status_code == 200


def test_guessing_is_stopped_per_address(carl: User) -> None:
    for _try in range(5):
        sign_in(at_host(), carl.email, "wrong")
    refused = sign_in(at_host(), carl.email)
    assert "Too many failed login attempts" in refused.content.decode()


def test_guessing_at_one_tenant_does_not_lock_the_other(acme: Tenant, rival: Tenant) -> None:
    for tenant in (acme, rival):
        with use_tenant(tenant):
            make_person(RoleName.CSM, "Carl")
    for _try in range(6):
        sign_in(at_host("acme"), "carl@example.com", "wrong")
    client = at_host("rival")
    sign_in(client, "carl@example.com")
    assert client.get("/me/").status_code == 200


def test_without_the_counters_nobody_comes_in(carl: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_args: object, **_more: object) -> None:
        raise ConnectionError("the cache is away")

    monkeypatch.setattr(type(cache._connections[cache._alias]), "add", unreachable)
    client = at_host()
    with pytest.raises(ConnectionError):
        sign_in(client, carl.email)
    monkeypatch.undo()
    assert client.get("/me/").status_code == 302


def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once(
    carl: User, mailoutbox: list[EmailMessage]
) -> None:
    assert at_host().post("/accounts/password/reset/", {"email": carl.email}).status_code == 302
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([carl.email], "[Acme] A new password for Stay")
    link = re.search(r"http://acme\.localhost(/accounts/password/reset/key/\S+)", str(mail.body))
    assert link is not None
    client = at_host()
    form = client.get(link[1]).headers["Location"]
    new = "eleven-green-kettles"
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    carl.refresh_from_db()
    assert carl.check_password(new)
    assert "opens nothing" in at_host().get(link[1]).content.decode()


def test_strangers_get_no_mail_and_the_same_answer(carl: User, mailoutbox: list[EmailMessage]) -> None:
    known = at_host().post("/accounts/password/reset/", {"email": carl.email})
    unknown = at_host().post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [mail.to for mail in mailoutbox] == [[carl.email]]


def test_a_reset_link_of_one_tenant_opens_nothing_at_another(
    acme: Tenant, rival: Tenant, mailoutbox: list[EmailMessage]
) -> None:
    for tenant in (acme, rival):
        with use_tenant(tenant):
            person = make_person(RoleName.CSM, "Carl")
            User.objects.filter(pk=person.pk).update(password="same", last_login=None)
    at_host("acme").post("/accounts/password/reset/", {"email": "carl@example.com"})
    link = re.search(r"http://acme\.localhost(/accounts/password/reset/key/\S+)", str(mailoutbox[0].body))
    assert link is not None
    assert "opens nothing" in at_host("rival").get(link[1], follow=True).content.decode()


def test_a_session_of_one_tenant_is_none_at_another(acme: Tenant, rival: Tenant) -> None:
    with use_tenant(acme):
        make_person(RoleName.CSM, "Carl")
    with use_tenant(rival):
        make_person(RoleName.CSM, "Carl")
    client = at_host("acme")
    sign_in(client, "carl@example.com")
    stranger = at_host("rival")
    stranger.cookies = client.cookies
    assert stranger.get("/me/").status_code == 302


def test_signed_out_is_out(carl: User) -> None:
    client = at_host()
    sign_in(client, carl.email)
    assert client.get("/accounts/logout/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/me/").status_code == 302
