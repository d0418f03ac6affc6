"""A person at the host of a tenant, without a browser."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from retention.common import clock
from tenants.people.models import User
from tenants.people.services.second_factor import enrol_totp
from tests.conftest import PASSWORD


def at_host(slug: str = "acme") -> Client:
    """Nobody yet."""
    return Client(headers={"host": f"{slug}.localhost"})


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Any:
    """Send the sign-in form."""
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def code_of(secret: str, *, steps: int = 0) -> str:
    """What the authenticator app shows now, or so many steps of 30 seconds later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def signed_in(person: User, *, confirmed: bool = False) -> Client:
    """`person` signed in, with a second factor where they need one; `confirmed`: asked for the password just now."""
    client = at_host()
    if not Authenticator.objects.filter(user=person).exists() and "people.manage" in person.permission_codes():
        enrol_totp(person=person, actor="test", now=clock.now())
    client.force_login(person)
    if confirmed:
        confirm(client)
    return client


def confirm(client: Client) -> None:
    """Type the password again."""
    response = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert response.status_code == 302, response.content


def confirm_lately(client: Client) -> None:
    """As if the password had been typed just now, without a try of those that are counted."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session[AUTHENTICATION_METHODS_SESSION_KEY + "_user"] = session["_auth_user_id"]
    session.save()
