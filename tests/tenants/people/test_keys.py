"""Keys: scoped, hashed, expiring, revocable, and a write key names its tenant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from retention.common.errors import Conflict, DomainError, Forbidden
from tenants.context import use_public, use_tenant
from tenants.enums import TenantStatus
from tenants.governance.models import AuditEntry
from tenants.models import Tenant
from tenants.people.authentication import KeyPrincipal
from tenants.people.enums import RoleName
from tenants.people.models import ApiKey, User
from tenants.people.services.keys import (
    create_api_key,
    create_write_key,
    find_key,
    revoke_key,
    tenant_of_write_key,
)
from tenants.people.services.roles import change_role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_a_key_opens_what_its_scopes_say(ada: User) -> None:
    key, text = create_api_key(name="Shop", scopes=["customers.view"], actor=ada, now=NOW)
    found = find_key(text, kind="api", now=NOW)
    assert found == key
    assert KeyPrincipal(key).permission_codes() == {"customers.view"}


def test_only_the_hash_is_kept(ada: User) -> None:
    key, text = create_api_key(name="Shop", scopes=["customers.view"], actor=ada, now=NOW)
    assert len(bytes.fromhex(text.removeprefix("stay_"))) == 32
    row = str(ApiKey.objects.values().get()) + str(list(AuditEntry.objects.values()))
    assert text not in row
    assert text.startswith(key.hint)
    assert len(text) - len(key.hint) >= 58


def test_a_key_ends(ada: User) -> None:
    _key, text = create_api_key(name="Shop", scopes=["customers.view"], actor=ada, now=NOW, days=30)
    assert find_key(text, kind="api", now=NOW + timedelta(days=29)) is not None
    assert find_key(text, kind="api", now=NOW + timedelta(days=30)) is None


def test_a_revoked_key_opens_nothing(ada: User) -> None:
    key, text = create_api_key(name="Shop", scopes=["customers.view"], actor=ada, now=NOW)
    revoke_key(key=key, actor=ada, now=NOW)
    assert find_key(text, kind="api", now=NOW) is None
    with pytest.raises(Conflict):
        revoke_key(key=key, actor=ada, now=NOW)
    assert [entry.action for entry in AuditEntry.objects.order_by("position")] == ["key.created", "key.revoked"]


def test_nobody_grants_more_than_they_hold(ada: User, carl: User) -> None:
    with pytest.raises(Forbidden, match=r"privacy\.erase"):
        create_api_key(name="Odd", scopes=["privacy.erase"], actor=carl, now=NOW)
    with pytest.raises(Forbidden, match=r"keys\.manage"):
        create_api_key(name="Odd", scopes=["keys.manage"], actor=ada, now=NOW)
    with pytest.raises(DomainError, match=r"no\.such"):
        create_api_key(name="Odd", scopes=["no.such"], actor=ada, now=NOW)
    with pytest.raises(DomainError):
        create_api_key(name="Odd", scopes=[], actor=ada, now=NOW)
    assert not ApiKey.objects.exists()


def test_a_demoted_maker_shrinks_their_keys(ada: User, carl: User) -> None:
    change_role(person=carl, role=RoleName.ADMIN, actor=ada, now=NOW)
    key, _text = create_api_key(name="Shop", scopes=["customers.view", "audit.view"], actor=carl, now=NOW)
    change_role(person=carl, role=RoleName.VIEWER, actor=ada, now=NOW)
    assert KeyPrincipal(ApiKey.objects.get(pk=key.pk)).permission_codes() == {"customers.view"}


def test_use_is_noted_once_a_minute(ada: User) -> None:
    key, text = create_api_key(name="Shop", scopes=["customers.view"], actor=ada, now=NOW)
    for seconds in (0, 30, 90):
        find_key(text, kind="api", now=NOW + timedelta(seconds=seconds))
        key.refresh_from_db()
        assert key.last_used_at == (NOW if seconds < 60 else NOW + timedelta(seconds=90))


def test_a_key_of_one_kind_is_not_of_the_other(ada: User) -> None:
    _key, text = create_write_key(name="Shop", actor=ada, now=NOW)
    assert find_key(text, kind="api", now=NOW) is None
    assert find_key(text, kind="write", now=NOW) is not None


def test_a_write_key_finds_its_tenant_from_anywhere(acme: Tenant, rival: Tenant) -> None:
    with use_tenant(acme):
        key, text = create_write_key(name="Shop", actor=None, now=NOW)
    assert text.startswith("wk_acme_")
    with use_tenant(rival):
        assert tenant_of_write_key(text, now=NOW) == acme
    with use_public():
        assert tenant_of_write_key(text, now=NOW) == acme
    with use_tenant(acme):
        revoke_key(key=key, actor=None, now=NOW)
        assert tenant_of_write_key(text, now=NOW) is None


def test_a_write_key_of_one_tenant_is_none_of_another(acme: Tenant, rival: Tenant) -> None:
    with use_tenant(acme):
        _key, text = create_write_key(name="Shop", actor=None, now=NOW)
        row = ApiKey.objects.values("kind", "name", "hint", "digest", "created_at", "expires_at").get()
    with use_tenant(rival):
        ApiKey.objects.create(**row)
    assert tenant_of_write_key(text.replace("wk_acme_", "wk_rival_"), now=NOW) is None


@pytest.mark.parametrize("text", ["", "wk_", "wk_acme", "wk_acme_", "wk_nobody_00", "stay_00", "wk__00", "wk_acme_00"])
def test_other_texts_name_nobody(acme: Tenant, text: str) -> None:
    assert tenant_of_write_key(text, now=NOW) is None


def test_a_suspended_tenant_takes_nothing_in(acme: Tenant) -> None:
    with use_tenant(acme):
        _key, text = create_write_key(name="Shop", actor=None, now=NOW)
    with use_public():
        Tenant.objects.filter(pk=acme.pk).update(status=TenantStatus.SUSPENDED)
        assert tenant_of_write_key(text, now=NOW) is None
