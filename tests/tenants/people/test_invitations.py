"""Invitations: one link, one person, one time, one tenant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage

from retention.common.errors import Conflict, DomainError, NotFound
from tenants.context import use_tenant
from tenants.governance.models import AuditEntry
from tenants.models import Tenant
from tenants.people.models import Invitation, User
from tenants.people.services.invitations import (
    accept_invitation,
    find_invitation,
    invite_person,
    withdraw_invitation,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
PASSWORD = "seven-quiet-otters"


def token_of(url: str) -> str:
    return url.rstrip("/").rsplit("/", 1)[1]


def test_an_invited_person_comes_in_with_the_role_they_were_given(ada: User) -> None:
    invited = invite_person(
        email=" New.Person@Example.com ", name="New", role="csm", own_accounts_only=True, actor=ada, now=NOW
    )
    assert invited.url.startswith("http://acme.localhost/invitations/")
    person = accept_invitation(token=token_of(invited.url), name="", password=PASSWORD, now=NOW)
    found = User.objects.get(pk=person.pk)
    assert (found.email, found.name, found.role, found.own_accounts_only, found.is_staff) == (
        "new.person@example.com",
        "New",
        "csm",
        True,
        False,
    )
    assert found.check_password(PASSWORD)
    assert [(e.action, e.actor) for e in AuditEntry.objects.order_by("position")] == [
        ("person.invited", str(ada.public_id)),
        ("person.joined", str(person.public_id)),
    ]


def test_the_mail_goes_out_after_the_commit(
    ada: User, mailoutbox: list[EmailMessage], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invited = invite_person(email="new@example.com", role="viewer", actor=ada, now=NOW)
        assert mailoutbox == []
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["new@example.com"], "Ada invites you to Acme on Stay")
    ]
    assert invited.url in str(mailoutbox[0].body)
    assert "The link works once, until 4 Mar 2026, 09:00 (UTC)." in str(mailoutbox[0].body)


def test_only_the_hash_is_kept(ada: User) -> None:
    token = token_of(invite_person(email="new@example.com", role="viewer", actor=ada, now=NOW).url)
    assert len(bytes.fromhex(token)) == 32
    row = str(Invitation.objects.values().get())
    assert token not in row
    assert token not in str(list(AuditEntry.objects.values_list("detail", flat=True)))
    assert "new@example.com" not in str(list(AuditEntry.objects.values()))


def test_a_link_works_once(ada: User) -> None:
    token = token_of(invite_person(email="new@example.com", role="viewer", actor=ada, now=NOW).url)
    accept_invitation(token=token, name="New", password=PASSWORD, now=NOW)
    with pytest.raises(NotFound):
        accept_invitation(token=token, name="Again", password=PASSWORD, now=NOW)
    assert User.objects.filter(email="new@example.com").count() == 1


def test_a_link_expires(ada: User) -> None:
    token = token_of(invite_person(email="new@example.com", role="viewer", actor=ada, now=NOW).url)
    find_invitation(token, now=NOW + timedelta(hours=71))
    with pytest.raises(NotFound):
        find_invitation(token, now=NOW + timedelta(hours=72))


def test_a_newer_link_replaces_the_older(ada: User) -> None:
    older = token_of(invite_person(email="new@example.com", role="admin", actor=ada, now=NOW).url)
    newer = token_of(invite_person(email="NEW@example.com", role="viewer", actor=ada, now=NOW).url)
    with pytest.raises(NotFound):
        find_invitation(older, now=NOW)
    assert find_invitation(newer, now=NOW).role == "viewer"


def test_a_withdrawn_link_opens_nothing(ada: User) -> None:
    invited = invite_person(email="new@example.com", role="viewer", actor=ada, now=NOW)
    withdraw_invitation(invitation=invited.invitation, actor=ada, now=NOW)
    with pytest.raises(NotFound):
        find_invitation(token_of(invited.url), now=NOW)
    with pytest.raises(Conflict):
        withdraw_invitation(invitation=invited.invitation, actor=ada, now=NOW)


def test_a_row_copied_into_another_tenant_opens_nothing(acme: Tenant, rival: Tenant) -> None:
    with use_tenant(acme):
        invited = invite_person(email="new@example.com", role="admin", actor=None, now=NOW)
        row = Invitation.objects.values("email", "role", "token_digest", "created_at", "expires_at").get()
    with use_tenant(rival):
        Invitation.objects.create(**row)
        with pytest.raises(NotFound):
            find_invitation(token_of(invited.url), now=NOW)


def test_who_is_here_already_is_not_invited(ada: User, carl: User) -> None:
    with pytest.raises(Conflict, match="here already"):
        invite_person(email="Carl@Example.com", role="viewer", actor=ada, now=NOW)


@pytest.mark.parametrize(("email", "role"), [("no address", "viewer"), ("a@example.com", "operator")])
def test_what_cannot_be_is_refused(ada: User, email: str, role: str) -> None:
    with pytest.raises(DomainError):
        invite_person(email=email, role=role, actor=ada, now=NOW)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("password", ["short", "password12", "new@example.com"])
def test_a_weak_password_leaves_the_link_open(ada: User, password: str) -> None:
    token = token_of(invite_person(email="new@example.com", role="viewer", actor=ada, now=NOW).url)
    with pytest.raises(DomainError) as refusal:
        accept_invitation(token=token, name="New", password=password, now=NOW)
    assert refusal.value.code == "password_weak"
    assert find_invitation(token, now=NOW).accepted_at is None
