"""Roles: who holds what, custom roles, and that a team never loses its last admin."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from retention.common.errors import Conflict, DomainError, Forbidden
from tenants.governance.models import AuditEntry
from tenants.models import Tenant
from tenants.people.enums import RoleName
from tenants.people.models import Role, User
from tenants.people.permissions import may, permissions
from tenants.people.scopes import EVERYTHING, Scope, scope_of
from tenants.people.services.roles import (
    change_role,
    deactivate_person,
    delete_role,
    reactivate_person,
    save_role,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
CODES = {
    "customers.view", "customers.import", "customers.unmask", "accounts.view", "scores.view", "scores.run",
    "segments.view", "segments.edit", "policies.view", "policies.edit", "people.manage", "audit.view",
    "keys.manage", "privacy.export", "privacy.erase", "behaviours.edit",
}  # fmt: skip
VIEWING = {"customers.view", "accounts.view", "scores.view", "segments.view", "policies.view"}


def of_contract(person: User) -> set[str]:
    return set(person.permission_codes()) & CODES


def test_every_permission_is_declared() -> None:
    assert set(permissions.names()) >= CODES


def test_what_the_ready_roles_hold(ada: User, carl: User, sue: User, max_: User, vera: User) -> None:
    assert of_contract(ada) == CODES
    assert of_contract(carl) == VIEWING | {"customers.unmask", "segments.edit"}
    assert of_contract(sue) == VIEWING | {"customers.unmask"}
    assert of_contract(max_) == VIEWING | {"segments.edit", "scores.run", "customers.import", "behaviours.edit"}
    assert of_contract(vera) == VIEWING


def test_who_is_locked_out_holds_nothing(carl: User) -> None:
    carl.is_active = False
    assert may(carl, "customers.view") is False


def test_a_custom_role_holds_instead_of_the_ready_one(ada: User, vera: User) -> None:
    role = save_role(name="Analyst", codes=["scores.view", "scores.run", "scores.run"], actor=ada, now=NOW)
    change_role(person=vera, role=RoleName.VIEWER, custom_role=role, actor=ada, now=NOW)
    assert vera.permission_codes() == {"scores.view", "scores.run"}
    assert list(AuditEntry.objects.order_by("position").values_list("action", "detail")) == [
        ("role.saved", {"old": [], "new": ["scores.run", "scores.view"]}),
        ("person.role_changed", {"old": "viewer", "new": f"custom:{role.public_id}"}),
    ]


def test_a_role_cannot_hold_more_than_its_maker(ada: User, vera: User) -> None:
    manager = save_role(name="Manager", codes=["people.manage"], actor=ada, now=NOW)
    change_role(person=vera, role=RoleName.VIEWER, custom_role=manager, actor=ada, now=NOW)
    with pytest.raises(Forbidden, match=r"privacy\.erase"):
        save_role(name="Eraser", codes=["privacy.erase"], actor=vera, now=NOW)
    assert list(Role.objects.values_list("name", flat=True)) == ["Manager"]


def test_a_role_holds_declared_permissions_only(ada: User) -> None:
    with pytest.raises(DomainError, match=r"no\.such"):
        save_role(name="Odd", codes=["no.such"], actor=ada, now=NOW)


def test_two_roles_have_two_names(ada: User) -> None:
    save_role(name="Analyst", codes=[], actor=ada, now=NOW)
    with pytest.raises(Conflict):
        save_role(name="Analyst", codes=[], actor=ada, now=NOW)


def test_a_role_in_use_stays(ada: User, vera: User) -> None:
    role = save_role(name="Analyst", codes=["scores.view"], actor=ada, now=NOW)
    change_role(person=vera, role=RoleName.VIEWER, custom_role=role, actor=ada, now=NOW)
    with pytest.raises(Conflict, match="1 people"):
        delete_role(role=role, actor=ada, now=NOW)
    change_role(person=vera, role=RoleName.VIEWER, actor=ada, now=NOW)
    delete_role(role=role, actor=ada, now=NOW)
    assert not Role.objects.exists()


def test_the_last_admin_stays_admin(ada: User, carl: User) -> None:
    with pytest.raises(Conflict, match="last admin"):
        change_role(person=ada, role=RoleName.VIEWER, actor=ada, now=NOW)
    change_role(person=carl, role=RoleName.ADMIN, actor=ada, now=NOW)
    change_role(person=ada, role=RoleName.VIEWER, actor=ada, now=NOW)
    assert (ada.role, carl.role) == ("viewer", "admin")


def test_a_custom_role_counts_as_no_admin(ada: User) -> None:
    role = save_role(name="Half", codes=["people.manage"], actor=ada, now=NOW)
    with pytest.raises(Conflict, match="last admin"):
        change_role(person=ada, role=RoleName.ADMIN, custom_role=role, actor=ada, now=NOW)


def test_the_last_admin_is_not_locked_out(ada: User, carl: User) -> None:
    with pytest.raises(Conflict, match="last admin"):
        deactivate_person(person=ada, actor=carl, now=NOW)
    with pytest.raises(Forbidden, match="yourself"):
        deactivate_person(person=ada, actor=ada, now=NOW)


def test_locked_out_and_let_in_again(ada: User, carl: User) -> None:
    deactivate_person(person=carl, actor=ada, now=NOW)
    assert carl.is_active is False
    reactivate_person(person=carl, actor=ada, now=NOW)
    reactivate_person(person=carl, actor=ada, now=NOW)
    assert carl.is_active is True
    assert list(AuditEntry.objects.order_by("position").values_list("action", flat=True)) == [
        "person.deactivated",
        "person.reactivated",
    ]


@pytest.mark.parametrize("role", ["operator", "root", ""])
def test_no_other_role_exists_in_a_tenant(ada: User, carl: User, role: str) -> None:
    with pytest.raises(DomainError, match="no role of a tenant"):
        change_role(person=carl, role=role, actor=ada, now=NOW)


def test_a_csm_may_be_limited_to_their_own_accounts(tenant: Tenant, ada: User, carl: User) -> None:
    assert scope_of(carl) == EVERYTHING
    change_role(person=carl, role=RoleName.CSM, own_accounts_only=True, actor=ada, now=NOW)
    assert scope_of(carl) == Scope(csm="carl@example.com")
    assert scope_of(carl).is_limited is True
