"""A new tenant equals the template, serves at once, and can be finished after an interruption."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from retention.common.errors import Conflict, DomainError
from tenants.backend.stance import role_of
from tenants.context import as_owner, connection, find_tenant, use_public, use_tenant
from tenants.enums import TenantStatus
from tenants.models import Domain, SchemaState, Tenant
from tenants.people.models import Invitation, User
from tenants.services import provisioning
from tenants.services.cloning import clone_schema
from tenants.services.comparing import differences
from tenants.services.describing import describe_schema
from tenants.services.provisioning import TEMPLATE, provision_tenant

pytestmark = pytest.mark.django_db


def create(slug: str = "nova", **changes: str) -> dict[str, Any]:
    options = {"name": "Nova", "domain": f"{slug}.localhost", "admin_email": "ada@nova.example.com", **changes}
    out = StringIO()
    call_command("create_tenant", slug, json=True, stdout=out, **options)
    return json.loads(out.getvalue())  # type: ignore[no-any-return]


def test_one_command_makes_a_tenant_that_answers_and_invites_its_admin() -> None:
    answer = create(business="software", timezone="Asia/Shanghai", currency="CNY", language="zh-hans")
    assert {name: answer[name] for name in ("tenant", "domain", "admin")} == {
        "tenant": "nova",
        "domain": "nova.localhost",
        "admin": "ada@nova.example.com",
    }
    nova = find_tenant("nova")
    assert (nova.status, nova.business, nova.timezone, nova.currency, nova.language) == (
        TenantStatus.ACTIVE,
        "software",
        "Asia/Shanghai",
        "CNY",
        "zh-hans",
    )
    with use_tenant(nova):
        assert list(Invitation.objects.values_list("email", "role")) == [("ada@nova.example.com", "admin")]
        assert User.objects.count() == 0
    path = answer["invitation_url"].partition("nova.localhost")[2].partition("/")[2]
    page = Client(headers={"host": "nova.localhost"}).get(f"/{path}")
    assert page.status_code == 200
    assert "ada@nova.example.com" in page.content.decode()


def test_a_clone_equals_the_template_object_by_object_and_its_role_has_exactly_its_rights() -> None:
    provision_tenant(slug="nova", name="Nova", domain="nova.localhost")
    template = describe_schema(TEMPLATE)
    assert len({part.owner for part in template if part.kind == "relation"}) > 60
    assert describe_schema("t_nova") == template
    assert differences("t_nova", template) == []


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("DROP INDEX {index}", "missing index"),
        ("ALTER TABLE people_user DROP CONSTRAINT people_user_email_key CASCADE", "missing constraint"),
        ("ALTER TABLE people_user ADD COLUMN odd int", "unexpected column people_user.odd"),
        ("ALTER TABLE people_user ALTER COLUMN name DROP NOT NULL", "people_user.name"),
        ("DROP TRIGGER governance_auditentry_append_only ON governance_auditentry", "missing trigger"),
        ("CREATE TABLE odd (id int)", "unexpected relation odd"),
        ("GRANT UPDATE ON governance_auditentry TO {role}", "unexpected grant governance_auditentry"),
        ("REVOKE SELECT ON people_user FROM {role}", "missing grant people_user"),
        ("GRANT SELECT ON people_user TO PUBLIC", "unexpected grant people_user.PUBLIC"),
        ("GRANT SELECT (email) ON people_user TO PUBLIC", "unexpected grant people_user.email"),
        ("ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT ALL ON TABLES TO PUBLIC", "unexpected default grant"),
    ],
)
def test_a_difference_of_any_kind_is_named(acme: Tenant, damage: str, words: str) -> None:
    names = {
        "schema": acme.schema_name,
        "role": role_of(connection.settings_dict["NAME"], acme.schema_name),
        "index": "gov_revision_by_name",
    }
    template = describe_schema(TEMPLATE)
    assert differences(acme.schema_name, template) == []
    with as_owner(acme.schema_name), connection.cursor() as cursor:
        cursor.execute(damage.format(**names))
    found = differences(acme.schema_name, template)
    assert any(words in sentence for sentence in found), found


def test_rows_of_the_template_are_cloned_and_counted_on() -> None:
    with as_owner(TEMPLATE), connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(id) FROM django_content_type")
        count, highest = cursor.fetchone()
    nova = provision_tenant(slug="nova", name="Nova", domain="nova.localhost")
    with use_tenant(nova), connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(id) FROM django_content_type")
        assert cursor.fetchone() == (count, highest)
        cursor.execute("INSERT INTO django_content_type (app_label, model) VALUES ('a', 'b') RETURNING id")
        assert cursor.fetchone()[0] > highest


@pytest.mark.parametrize("moment", ["clone_schema", "grant_tenant", "refuse_differences", "fingerprint_of"])
def test_an_interrupted_creation_is_finished_by_the_same_command(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    def fall(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the machine fell")

    with monkeypatch.context() as patch:
        patch.setattr(provisioning, moment, fall)
        with pytest.raises(RuntimeError):
            create()
    assert find_tenant("nova").status == TenantStatus.PROVISIONING
    assert Client(headers={"host": "nova.localhost"}).get("/livez").status_code == 503
    assert create()["tenant"] == "nova"
    assert find_tenant("nova").status == TenantStatus.ACTIVE
    with use_public():
        assert Domain.objects.filter(tenant__slug="nova").count() == 1
        assert SchemaState.objects.get(schema_name="t_nova").status == SchemaState.CURRENT


def test_a_schema_that_differs_is_never_served() -> None:
    with use_public():
        Tenant.objects.create(slug="nova", schema_name="t_nova", name="Nova")
    clone_schema(TEMPLATE, "t_nova")
    with as_owner("t_nova"), connection.cursor() as cursor:
        cursor.execute("DROP TABLE mfa_authenticator CASCADE")
    with pytest.raises(DomainError) as refused:
        create()
    assert refused.value.code == "schema_differs"
    assert find_tenant("nova").status == TenantStatus.PROVISIONING


def test_names_and_domains_are_taken_once(acme: Tenant) -> None:
    with pytest.raises(Conflict) as refused:
        create("acme")
    assert refused.value.code == "tenant_exists"
    with pytest.raises(Conflict) as refused:
        create("nova", domain="acme.localhost")
    assert refused.value.code == "domain_taken"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"slug": "Nova"}, "invalid_slug"),
        ({"slug": 'nova"; DROP'}, "invalid_slug"),
        ({"slug": "public"}, "invalid_slug"),
        ({"slug": "n" * 41}, "invalid_slug"),
        ({"domain": "no host"}, "invalid_domain"),
        ({"domain": "localhost"}, "invalid_domain"),
        ({"timezone": "Mars/Olympus"}, "invalid_timezone"),
        ({"currency": "Euro"}, "invalid_currency"),
        ({"language": "xx"}, "invalid_language"),
        ({"admin_email": "nobody"}, "invalid_admin_email"),
    ],
)
def test_what_cannot_be_is_refused_with_a_mend(changes: dict[str, str], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        create(**changes)
    assert (refused.value.code, bool(refused.value.mend)) == (code, True)
