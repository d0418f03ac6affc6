"""Take one guard out and see which suite notices.

``python -m pytest -p tests.isolation.without --without NAME tests/isolation tests/tenants``

docs/decisions on the tenancy guard holds the table of what was seen.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest


def the_role() -> None:
    """Every schema is used with the owner's rights."""
    from tenants.backend.stance import Authority, Stance

    original = Stance.role

    def role(self: Stance, database: str) -> str | None:
        return "stay_owner" if self.authority is Authority.MEMBER else original(self, database)

    Stance.role = role  # type: ignore[method-assign]


def the_path() -> None:
    """The public schema stands behind the tenant's own, as django-tenants has it; rights as the owner has them."""
    from tenants.backend.stance import Stance

    the_role()
    original: Any = Stance.path
    Stance.path = property(lambda self: (*original.fget(self), "public"))  # type: ignore[assignment,method-assign]


def the_question_behind_the_switch() -> None:
    """The server isn't asked where it stands: a schema that is missing is accepted."""
    from tenants.backend import base

    the_role()
    original = base._switch_sql

    def unasked(role: Any, path: Any, seconds: int) -> Any:
        words = original(role, path, seconds).as_string()
        told = f"{role or 'stay_login'!r}::text, ARRAY[" + ",".join(f"'{name}'" for name in path) + "]::text[]"
        return words.replace("current_user::text, current_schemas(false)::text[]", told)

    base._switch_sql = unasked


def nobody_is_refused() -> None:
    """Without a tenant a statement runs in public."""
    from tenants.backend.base import DatabaseWrapper
    from tenants.backend.stance import Stance

    original = DatabaseWrapper.arm

    def arm(self: Any) -> None:
        if self.stance is None:
            self._switch(Stance("public"), 15)
        else:
            original(self)

    DatabaseWrapper.arm = arm  # type: ignore[method-assign]


def again_after_rollback() -> None:
    """A rollback undoes the switch, and nobody notices."""
    from tenants.backend.base import DatabaseWrapper, TenantsDatabaseWrapper

    DatabaseWrapper._rollback = lambda self: TenantsDatabaseWrapper._rollback(self)  # type: ignore[method-assign]

    def savepoint_rollback(self: Any, sid: str) -> None:
        with self._without_switch():
            TenantsDatabaseWrapper._savepoint_rollback(self, sid)

    DatabaseWrapper._savepoint_rollback = savepoint_rollback  # type: ignore[method-assign]


def again_after_connect() -> None:
    """A new connection is taken for one that has switched."""
    from tenants.backend.base import DatabaseWrapper, TenantsDatabaseWrapper

    DatabaseWrapper.connect = lambda self: TenantsDatabaseWrapper.connect(self)  # type: ignore[method-assign]
    DatabaseWrapper.close = lambda self: TenantsDatabaseWrapper.close(self)  # type: ignore[method-assign]


def what_the_pool_forgets() -> None:
    """A connection keeps temporary tables and locks when it is lent again."""
    from tenants.backend import pool

    pool.FORGET = "SELECT 1"


def queries() -> None:
    """A query made in one tenant runs in another."""
    from tenants.backend import compiler

    compiler.refuse_foreign_query = lambda query: None  # type: ignore[attr-defined]


def rows() -> None:
    """A row of one tenant is saved in another."""
    from tenants.backend import guards

    guards.refuse_foreign_row = lambda row: None


def results() -> None:
    """Rows that were read in one tenant are shown in another."""
    from django.db.models import QuerySet

    QuerySet._result_cache = None  # type: ignore[assignment,misc]


def cursors() -> None:
    """A cursor of one tenant goes on in another."""
    from tenants.backend.cursors import GuardedCursor

    GuardedCursor._check = lambda self: None  # type: ignore[method-assign]


def on_commit() -> None:
    """What is to be done on commit is done by whoever is in force then."""
    from tenants.backend.base import DatabaseWrapper, TenantsDatabaseWrapper

    DatabaseWrapper.on_commit = (  # type: ignore[method-assign]
        lambda self, func, robust=False: TenantsDatabaseWrapper.on_commit(self, func, robust)
    )


def content_types() -> None:
    """Content types are remembered over tenants."""
    from django.contrib.contenttypes.models import ContentTypeManager

    ContentTypeManager._cache = {}  # type: ignore[attr-defined]


def signatures() -> None:
    """Django's signatures hold everywhere."""
    from tenants.backend import guards

    guards.scope_in_force = lambda: "everywhere"


def cache_keys() -> None:
    """One key for all tenants."""
    from tenants import cache

    cache.scope = lambda: "everywhere"


def sessions() -> None:
    """A session names no tenant, and its signature holds everywhere."""
    from tenants import sessions as module

    signatures()
    module.scope = lambda: "everywhere"


def the_end_of_a_request() -> None:
    """The tenant of a request stays in force after it."""
    from tenants import middleware
    from tenants.context import connection

    def stay(tenant: Any) -> Any:
        connection.set_tenant(tenant)
        return nullcontext()

    middleware.use_tenant = stay


def the_tenant_of_a_host() -> None:
    """Every host is the first tenant's."""
    from tenants import middleware
    from tenants.context import find_tenant

    middleware.tenant_at = lambda host: find_tenant("rival")


def the_header_of_a_task() -> None:
    """A message says by its argument alone whose it is."""
    from tenants.context import find_tenant
    from tenants.tasks import TenantTask

    TenantTask._tenant = lambda self, args, kwargs: find_tenant(kwargs["tenant"])  # type: ignore[method-assign]


def files_by_tenant() -> None:
    """One folder of files for all tenants."""
    from tenants import files

    files.scope = lambda: "everywhere"


def tokens_by_tenant() -> None:
    """Tokens of ours and signatures of Django's hold everywhere."""
    from tenants import tokens

    signatures()
    tokens.scope = lambda: "everywhere"


def connections_after_a_fork() -> None:
    """A child goes on with its parent's connection."""
    from tenants.backend import forks

    class Empty:
        def all(self, **options: Any) -> list[Any]:
            return []

    forks.connections = Empty()  # type: ignore[assignment]


def the_comparison() -> None:
    """A schema that differs from the template is served."""
    from tenants.services import provisioning

    provisioning.refuse_differences = lambda schema, template: None


def append_only_grants() -> None:
    """The tenant's role may change its audit log."""
    from tenants.services import grants

    grants.allowed_on = lambda table: grants.ROWS
    grants.grant_tenant("t_acme")


GUARDS: dict[str, Callable[[], None]] = {
    guard.__name__: guard
    for guard in (
        the_role, the_path, the_question_behind_the_switch, nobody_is_refused, again_after_rollback,
        again_after_connect, what_the_pool_forgets, queries, rows, results, cursors, on_commit, content_types,
        signatures, cache_keys, sessions, the_end_of_a_request, the_tenant_of_a_host,
        the_header_of_a_task, files_by_tenant, tokens_by_tenant, connections_after_a_fork, the_comparison,
        append_only_grants,
    )
}  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--without", choices=sorted(GUARDS), required=True, help="the guard to take out")


@pytest.fixture(scope="session", autouse=True)
def one_guard_out(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> None:
    """After the tenants were provisioned, before the first test."""
    from tests.isolation import test_state_machine

    test_state_machine.PHASES = test_state_machine.PHASES[:1]  # to fail is enough
    with django_db_blocker.unblock():
        GUARDS[request.config.getoption("--without")]()
