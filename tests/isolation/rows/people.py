"""Sign-in, people, roles, invitations and keys."""

from __future__ import annotations

from datetime import UTC, datetime

from tenants.people.models import ApiKey, Invitation, Role, User
from tests.isolation.matrix import OPEN, SIGNED_IN, Row, World, thing

THEN, NEVER = datetime(2026, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@thing
def colleague(world: World) -> User:
    return User.objects.create_user(
        world.email("colleague"), name=world.text("Colleague"), role="csm", public_id=world.uuid("colleague")
    )


@thing
def custom_role(world: World) -> Role:
    return Role.objects.create(name=world.text("Role"), codes=["scores.view"], public_id=world.uuid("custom_role"))


@thing
def invitation(world: World) -> Invitation:
    return Invitation.objects.create(
        email=world.email("invited"),
        name=world.text("Invited"),
        role="viewer",
        token_digest=world.canary.encode()[:32],
        created_at=THEN,
        expires_at=NEVER,
        public_id=world.uuid("invitation"),
    )


@thing
def api_key(world: World) -> ApiKey:
    return ApiKey.objects.create(
        kind="api",
        name=world.text("Key"),
        hint="stay_",
        digest=world.canary.encode()[:32],
        scopes=["customers.view"],
        created_at=THEN,
        expires_at=NEVER,
        public_id=world.uuid("api_key"),
    )


@thing
def words(world: World) -> dict[str, str]:
    """Parts of addresses that belong to nobody."""
    return type("Words", (), {"token": "0" * 64, "uidb36": "1", "key": "none"})  # type: ignore[return-value]


BOTH = ("GET", "POST")
POST = ("POST",)
ROWS = (
    Row("account_login", permission=OPEN, methods=BOTH, data={"login": "x@example.com", "password": "x"}),
    Row("account_logout", permission=OPEN, methods=BOTH),
    Row("account_inactive", permission=OPEN),
    Row("account_reauthenticate", permission=SIGNED_IN, methods=BOTH, data={"password": "x"}),
    Row("account_change_password", permission=SIGNED_IN, methods=BOTH),
    Row("account_reset_password", permission=OPEN, methods=BOTH, data={"email": "=colleague.email"}),
    Row("account_reset_password_done", permission=OPEN),
    Row(
        "account_reset_password_from_key",
        permission=OPEN,
        kwargs={"uidb36": "words.uidb36", "key": "words.key"},
        methods=BOTH,
    ),
    Row("account_reset_password_from_key_done", permission=OPEN),
    Row("mfa_index", permission=SIGNED_IN),
    Row("mfa_authenticate", permission=OPEN, methods=BOTH),
    Row("mfa_reauthenticate", permission=SIGNED_IN, methods=BOTH),
    Row("mfa_activate_totp", permission=SIGNED_IN, methods=BOTH),
    Row("mfa_deactivate_totp", permission=SIGNED_IN, methods=BOTH),
    Row("mfa_view_recovery_codes", permission=SIGNED_IN),
    Row("mfa_generate_recovery_codes", permission=SIGNED_IN, methods=BOTH),
    Row("mfa_download_recovery_codes", permission=SIGNED_IN),
    Row("me", permission=SIGNED_IN, methods=BOTH, data={"name": "Mallory"}),
    Row("invitation-accept", permission=OPEN, kwargs={"token": "words.token"}, methods=BOTH),
    Row("people", permission="people.manage"),
    Row("people-invite", permission="people.manage", methods=BOTH, data={"email": "m@example.com", "role": "admin"}),
    Row("invitation-withdraw", permission="people.manage", kwargs={"public_id": "invitation.public_id"}, methods=POST),
    Row("roles", permission="people.manage"),
    Row("role-new", permission="people.manage", methods=BOTH, data={"name": "Mallory"}),
    Row(
        "role",
        permission="people.manage",
        kwargs={"public_id": "custom_role.public_id"},
        methods=BOTH,
        data={"name": "Mallory"},
    ),
    Row("role-delete", permission="people.manage", kwargs={"public_id": "custom_role.public_id"}, methods=POST),
    Row(
        "person",
        permission="people.manage",
        kwargs={"public_id": "colleague.public_id"},
        methods=BOTH,
        data={"role": "admin"},
    ),
    Row("person-deactivate", permission="people.manage", kwargs={"public_id": "colleague.public_id"}, methods=POST),
    Row("person-reactivate", permission="people.manage", kwargs={"public_id": "colleague.public_id"}, methods=POST),
    Row(
        "person-drop-second-factor",
        permission="people.manage",
        kwargs={"public_id": "colleague.public_id"},
        methods=POST,
    ),
    Row("keys", permission="keys.manage"),
    Row("key-new", permission="keys.manage", methods=BOTH, data={"name": "Mallory", "kind": "write", "days": "1"}),
    Row("key-revoke", permission="keys.manage", kwargs={"public_id": "api_key.public_id"}, methods=POST),
    Row("api-people", permission="people.manage", api=True),
)
