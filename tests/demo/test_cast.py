"""The people of the demo: made once, with a second factor that the printed secret opens."""

from __future__ import annotations

from pathlib import Path

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from retention.demo.services.cast import ensure_cast
from retention.demo.services.walk import code_of
from tenants.models import Tenant
from tenants.people.models import User


def opens(secret: str) -> bool:
    admin = Authenticator.objects.get(user__email="admin@acme.example", type=Authenticator.Type.TOTP)
    return bool(TOTP(admin).validate_code(code_of(secret)))


def test_the_cast_is_made_once_and_its_secret_stays(tenant: Tenant, tmp_path: Path) -> None:
    first = ensure_cast(tmp_path, host="acme.localhost", language="en")
    assert ensure_cast(tmp_path, host="acme.localhost", language="en") == first
    assert [login.role for login in first] == ["admin", "csm", "support", "marketer", "viewer"]
    assert User.objects.filter(email__endswith="@acme.example").count() == 5
    assert opens(first[0].totp)


def test_a_demo_in_another_folder_sets_a_secret_of_its_own(tenant: Tenant, tmp_path: Path) -> None:
    old = ensure_cast(tmp_path / "one", host="acme.localhost", language="en")[0].totp
    new = ensure_cast(tmp_path / "two", host="acme.localhost", language="en")[0].totp
    assert old != new
    assert opens(new)
