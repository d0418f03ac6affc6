"""What holds between tenants besides the isolation suites: requests, streams, forks, files, keys, limits of time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import signing
from django.core.cache import cache
from django.db import DatabaseError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from retention.common.errors import DomainError, NotFound, TenancyError
from tenants import files, tokens
from tenants.backend.pool import OPTIONS
from tenants.context import (
    connection,
    current_tenant,
    statements_of,
    thinking,
    use_nobody,
    use_public,
    use_tenant,
)
from tenants.enums import TenantStatus
from tenants.governance.models import Policy
from tenants.middleware import TenantMiddleware
from tenants.models import Tenant
from tenants.people.models import Role, User
from tenants.selectors import hosts
from tenants.sessions import SessionStore

pytestmark = pytest.mark.django_db


def schema_of_server() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return str(cursor.fetchone()[0])


def ask(view: Any, host: str = "acme.localhost", path: str = "/") -> Any:
    return TenantMiddleware(view)(RequestFactory(headers={"host": host}).get(path))


def test_a_request_switches_once_and_leaves_nobody_in_force(
    acme: Tenant, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOST_SECONDS = 60.0
    monkeypatch.setattr(hosts, "_known", {})

    def view(request: HttpRequest) -> HttpResponse:
        before = connection.switches
        for _ in range(3):
            schema_of_server()
            Policy.objects.count()
        return HttpResponse(str(connection.switches - before))

    with use_nobody():
        ask(view)
        assert ask(view).content in (b"0", b"1")
        assert connection.stance is None


def test_an_unknown_host_is_nobodys_and_a_suspended_tenant_says_so(acme: Tenant) -> None:
    assert Client(headers={"host": "stranger.localhost"}).get("/").status_code == 404
    with use_public():
        Tenant.objects.filter(pk=acme.pk).update(status=TenantStatus.SUSPENDED)
    answer = Client(headers={"host": "acme.localhost"}).get("/")
    assert (answer.status_code, "Acme: this place is suspended" in answer.content.decode()) == (503, True)


def test_a_stream_is_made_inside_its_tenant(acme: Tenant, rival: Tenant) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(3):
            yield f"{schema_of_server()} {current_tenant().slug};".encode()

    response = ask(lambda request: StreamingHttpResponse(parts()))
    found = []
    for part in response.streaming_content:
        found.append(part)
        with use_tenant(rival):
            assert schema_of_server() == "t_rival"
    assert found == [b"t_acme acme;"] * 3


def test_a_session_of_one_tenant_is_empty_in_another(acme: Tenant, rival: Tenant) -> None:
    with use_tenant(acme):
        session = SessionStore()
        session["word"] = "ours"
        session.save()
        key = session.session_key
        stored = SessionStore.get_model_class().objects.get(pk=key).session_data
        assert SessionStore(key)["word"] == "ours"
    with use_tenant(rival):
        assert dict(SessionStore(key).items()) == {}
        row = SessionStore.get_model_class()(pk=key, session_data=stored, expire_date="2100-01-01T00:00Z")
        row.save()  # even the same row in the other schema
        assert dict(SessionStore(key).items()) == {}


def test_cookies_are_of_one_host_alone() -> None:
    assert (django_settings.SESSION_COOKIE_DOMAIN, django_settings.CSRF_COOKIE_DOMAIN) == (None, None)


def test_cache_tokens_and_files_hold_in_their_tenant_and_purpose(
    acme: Tenant, rival: Tenant, settings: Any, tmp_path: Path
) -> None:
    settings.STAY_FILES_ROOT = tmp_path
    with use_tenant(acme):
        cache.set("key", "ours", 60)
        token = tokens.sign("survey", {"customer": 1})
        files.save("exports", "all.csv", [b"ours"])
        assert tokens.unsign("survey", token) == {"customer": 1}
        with pytest.raises(DomainError):
            tokens.unsign("unsubscribe", token)
        with files.open_private("exports", "all.csv") as file:
            assert file.read() == b"ours"
    with use_tenant(rival):
        assert cache.get("key") is None
        with pytest.raises(DomainError):
            tokens.unsign("survey", token)
        for name in ("all.csv", f"../../{acme.public_id}/exports/all.csv", "/etc/passwd"):
            with pytest.raises(NotFound):
                files.open_private("exports", name)
    with use_nobody():
        for act in (lambda: cache.get("key"), lambda: tokens.sign("survey", 1), lambda: files.folder("exports")):
            with pytest.raises(TenancyError):
                act()


def test_equal_people_of_two_tenants_have_other_reset_tokens(acme: Tenant, rival: Tenant) -> None:
    generator = tokens.TenantTokenGenerator("reset")
    people = []
    for tenant in (acme, rival):
        with use_tenant(tenant):
            people.append(User.objects.create(pk=77, email="twin@example.com", password="same"))
    with use_tenant(acme):
        token = generator.make_token(people[0])
        assert generator.check_token(people[0], token)
    with use_tenant(rival):
        assert not generator.check_token(people[1], token)


def test_a_tenant_reads_its_own_line_of_the_platform_and_no_other(acme: Tenant, rival: Tenant) -> None:
    for tenant in (acme, rival):
        with use_tenant(tenant), connection.cursor() as cursor:
            cursor.execute("SELECT slug, status FROM platform.own_tenant")
            assert cursor.fetchall() == [(tenant.slug, "active")]
            cursor.execute("SELECT count(*) FROM platform.switch")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM public.tenants_tenant",
        "SELECT * FROM t_rival.people_user",
        "SELECT * FROM template.people_user",
        "CREATE TABLE mine (id int)",
        "ALTER TABLE people_user ADD COLUMN mine int",
        "TRUNCATE people_user",
        "UPDATE governance_auditentry SET action = ''",
        "DELETE FROM django_migrations",
        "INSERT INTO platform.switch (name, is_on) VALUES ('all', false)",
        "SET ROLE stay_owner_of_nothing",
    ],
)
def test_a_tenants_role_reads_and_writes_its_rows_and_no_more(tenant: Tenant, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_relations_and_stale_rows_never_meet(acme: Tenant, rival: Tenant) -> None:
    with use_tenant(acme):
        role = Role.objects.create(name="Ours", codes=[])
        person = User.objects.create_user("ada@example.com", custom_role=role)
        light = User.objects.defer("name").get(pk=person.pk)
    with use_tenant(rival):
        User.objects.create_user("bob@example.com", pk=person.pk)
        for act in (
            lambda: User(email="eve@example.com", custom_role=role),
            lambda: User.objects.filter(custom_role=role),
            lambda: list(role.user_set.all()),
            lambda: light.name,
            lambda: person.groups.count(),
            lambda: User.objects.bulk_create([person]),
        ):
            with pytest.raises(TenancyError):
                act()


def test_statements_have_limits_of_time(tenant: Tenant) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),"
            " current_setting('idle_in_transaction_session_timeout')"
        )
        assert cursor.fetchone() == ("15s", "2s", "30s")
    with statements_of(seconds=300), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone() == ("5min",)
    with (
        statements_of(seconds=1),
        pytest.raises(OperationalError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_sleep(5)")


def test_work_that_thinks_inside_its_transaction_may_idle_longer(tenant: Tenant) -> None:
    def limit() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('idle_in_transaction_session_timeout')")
            return str(cursor.fetchone()[0])

    with transaction.atomic(), thinking():
        assert limit() == "5min"


def test_a_forked_child_begins_without_the_parents_connection(tenant: Tenant) -> None:
    assert schema_of_server() == "t_acme"
    child = os.fork()
    if child == 0:
        is_clean = connection.connection is None and connection.stance is None
        os._exit(0 if is_clean else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert schema_of_server() == "t_acme"


def test_connections_come_from_a_pool_that_ages(tenant: Tenant) -> None:
    assert connection.pool is not None
    assert (django_settings.DATABASES["default"]["CONN_MAX_AGE"], OPTIONS["max_lifetime"]) == (0, 1800)


def test_a_signature_of_one_tenant_is_none_in_another(acme: Tenant, rival: Tenant) -> None:
    with use_tenant(acme):
        signed = signing.dumps({"who": "ann"})
        assert signing.loads(signed) == {"who": "ann"}
    with use_tenant(rival), pytest.raises(signing.BadSignature):
        signing.loads(signed)


def test_a_cursor_of_one_tenant_does_not_go_on_in_another(acme: Tenant, rival: Tenant) -> None:
    with use_tenant(acme):
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
    with use_tenant(rival), pytest.raises(TenancyError):
        cursor.execute("SELECT 1")
