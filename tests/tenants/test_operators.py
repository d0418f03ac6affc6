"""An operator signs in with a second factor and creates, suspends, resumes and deletes tenants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from retention.common import clock
from tenants.context import connection, find_tenant, use_public, use_tenant
from tenants.enums import TenantStatus
from tenants.governance.models import AuditEntry
from tenants.models import DeadLetter, Tenant
from tenants.people.models import User
from tenants.people.services.second_factor import enrol_totp
from tenants.services.lifecycle import count_loss
from tenants.services.provisioning import provision_tenant
from tests.conftest import PASSWORD
from tests.tenants.people.browser import code_of

pytestmark = pytest.mark.django_db
LIST, ADD = "/operator/tenants/tenant/", "/operator/tenants/tenant/add/"


@pytest.fixture(autouse=True)
def fresh_counters() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def secret() -> str:
    with use_public():
        olga = User.objects.create_superuser("olga@stay.example", PASSWORD, name="Olga")
        return enrol_totp(person=olga, actor="test", now=clock.now())


def enter(secret: str, host: str = "localhost", **changes: str) -> tuple[Client, Any]:
    client = Client(headers={"host": host})
    words = {"username": "olga@stay.example", "password": PASSWORD, "code": code_of(secret), **changes}
    return client, client.post("/operator/login/?next=/operator/", words)


def acts() -> list[str]:
    with use_public():
        return list(AuditEntry.objects.order_by("position").values_list("action", flat=True))


@pytest.mark.parametrize("changes", [{"code": "000000"}, {"password": "wrong"}, {"code": ""}])
def test_without_the_code_or_the_password_nobody_gets_in(secret: str, changes: dict[str, str]) -> None:
    client, response = enter(secret, **changes)
    assert response.status_code == 200
    assert client.get(LIST).status_code == 302


def test_an_admin_of_a_tenant_is_no_operator(secret: str, ada: User) -> None:
    assert Client(headers={"host": "acme.localhost"}).get(LIST).status_code == 404
    client, response = enter(secret, username=ada.email)
    assert (response.status_code, client.get(LIST).status_code) == (200, 302)


def test_guessing_ends(secret: str) -> None:
    for _ in range(11):
        enter(secret, code="000000")
    assert "Too many tries" in enter(secret)[1].content.decode()


def test_an_operator_creates_suspends_resumes_and_deletes(secret: str) -> None:
    client, response = enter(secret)
    assert response.headers["Location"] == "/operator/"
    order = {
        "slug": "nova", "name": "Nova", "domain": "nova.localhost", "admin_email": "ada@nova.example.com",
        "business": "shop", "timezone": "Europe/Berlin", "currency": "EUR", "language": "en",
    }  # fmt: skip
    assert client.post(ADD, {**order, "slug": "Nova!"}).status_code == 200
    assert client.post(ADD, order).status_code == 302
    assert "/invitations/" in client.get(LIST).content.decode()
    nova = find_tenant("nova")
    guest = Client(headers={"host": "nova.localhost"})
    assert guest.get("/livez").status_code == 200

    client.post(LIST, {"action": "suspend", "_selected_action": [nova.pk]})
    suspended = guest.get("/accounts/login/")
    assert (suspended.status_code, suspended.headers["Retry-After"]) == (503, "300")
    assert "this place is suspended" in suspended.content.decode()
    client.post(LIST, {"action": "resume", "_selected_action": [nova.pk]})
    assert guest.get("/accounts/login/").status_code == 200

    page = f"{LIST}{nova.pk}/delete/"
    loss = count_loss(nova)
    assert (loss.people, loss.rows > 50, loss.tables > 50) == (0, True, True)
    assert f"{loss.rows} rows in {loss.tables} tables" in client.get(page).content.decode().replace(",", "")
    assert client.post(page, {"typed_slug": "novo"}).status_code == 200
    assert find_tenant("nova").status == TenantStatus.ACTIVE
    assert client.post(page, {"typed_slug": "nova"}).status_code == 302
    assert guest.get("/livez").status_code == 200  # a probe answers at any host
    assert guest.get("/accounts/login/").status_code == 404
    assert acts()[-4:] == ["tenant.created", "tenant.suspended", "tenant.resumed", "tenant.deleted"]


def test_nothing_of_a_deleted_tenant_is_left(secret: str) -> None:
    nova = provision_tenant(slug="nova", name="Nova", domain="nova.localhost")
    with use_tenant(nova):
        User.objects.create_user("vera@nova.example.com", PASSWORD)
    client, _ = enter(secret)
    client.post(f"{LIST}{nova.pk}/delete/", {"typed_slug": "nova"})
    with use_public(), connection.cursor() as cursor:
        assert not Tenant.objects.filter(slug="nova").exists()
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 't_nova'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname LIKE %s", [r"tn\_%\_t\_nova"])
        assert cursor.fetchone() == (0,)


def test_an_operator_sends_dead_letters_again_or_drops_them(secret: str, acme: Tenant) -> None:
    with use_public():
        due = {"tenant": "gone", "name": "x", "due_at": "2024-05-01T00:00:00+00:00"}
        wrong = {"arguments": {"args": [], "kwargs": due}, "reason": "no_tenant"}
        letters = [DeadLetter.objects.create(task="tenants.run_chore", task_id=str(n), **wrong).pk for n in range(3)]
        unknown = DeadLetter.objects.create(task="tests.never_was", reason="no_tenant").pk
    client, _response = enter(secret)
    address = "/operator/tenants/deadletter/"
    assert "no_tenant" in client.get(address).content.decode()
    page = client.post(address, {"action": "drop", "_selected_action": letters[:2]}, follow=True)
    assert "Done for 2 messages." in page.content.decode()
    page = client.post(address, {"action": "retry", "_selected_action": [letters[2], unknown]}, follow=True)
    assert "Done for 1 message." in page.content.decode()
    assert "No task is called tests.never_was any more." in page.content.decode()
    with use_public():
        left = set(DeadLetter.objects.values_list("task", "reason", "pk"))
    refused_anew = next(pk for task, _reason, pk in left if task == "tenants.run_chore")
    assert left == {("tests.never_was", "no_tenant", unknown), ("tenants.run_chore", "no_tenant", refused_anew)}
    assert refused_anew not in letters
    ends = [action for action in acts() if action.startswith("dead_letter")]
    assert ends == ["dead_letter.dropped", "dead_letter.dropped", "dead_letter.retried"]
