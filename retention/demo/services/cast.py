"""Who may sign in to the demo: the same five roles in both tenants, and one operator of the platform.

The password is no secret: the demo listens on loopback only and production refuses to run it. TOTP secrets are drawn
once and kept beside the demo's data.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from tenants.people.enums import RoleName
from tenants.people.models import User

PASSWORD = "stay-with-us-2017"  # noqa: S105
TENANT_ROLES = (RoleName.ADMIN, RoleName.CSM, RoleName.SUPPORT, RoleName.MARKETER, RoleName.VIEWER)
NAMES = {
    "en": {
        "admin": "Ada Admin",
        "csm": "Carl Care",
        "support": "Sue Support",
        "marketer": "Max Market",
        "viewer": "Vera View",
    },
    "zh-hans": {"admin": "管安安", "csm": "陈客成", "support": "苏客服", "marketer": "马运营", "viewer": "魏看看"},
}


@dataclass(frozen=True)
class Login:
    """One line of the printed table; `totp` is empty where no second factor is asked for."""

    host: str
    role: str
    email: str
    password: str
    totp: str


def ensure_operator(root: Path) -> Login:
    """The operator of the platform; call it outside any tenant."""
    user = User.objects.filter(email="operator@stay.example").first()
    if user is None:
        user = User.objects.create_superuser("operator@stay.example", PASSWORD, name="Olga Operator")
    return Login("localhost", RoleName.OPERATOR, user.email, PASSWORD, _second_factor(root, user, "platform"))


def ensure_cast(root: Path, *, host: str, language: str) -> list[Login]:
    """The five people of the tenant in force."""
    return [_ensure_person(root, host, role, language) for role in TENANT_ROLES]


def _ensure_person(root: Path, host: str, role: RoleName, language: str) -> Login:
    slug = host.split(".")[0]
    email = f"{role.value}@{slug}.example"
    user = User.objects.filter(email=email).first()
    if user is None:
        name = NAMES[language][role.value]
        user = User.objects.create_user(email, PASSWORD, name=name, role=role, language=language)
    totp = _second_factor(root, user, slug) if role == RoleName.ADMIN else ""
    return Login(host, role.value, email, PASSWORD, totp)


def _second_factor(root: Path, user: User, place: str) -> str:
    """The secret of `user`'s TOTP, made at the first call and the same afterwards.

    A demo in another folder over the same database does not know the old secret: it sets a new one.
    """
    path = root / "totp.json"
    secrets: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if place not in secrets:
        Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
        secrets[place] = generate_totp_secret()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(secrets))
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, secrets[place])
    return secrets[place]
