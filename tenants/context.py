"""Which tenant this code works for. Services ask here; nothing guesses, and outside all blocks nothing is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection as _connection

from retention.common.errors import NotFound, TenancyError
from tenants.backend.in_force import scope_in_force
from tenants.backend.stance import JOB_SECONDS
from tenants.models import Tenant

connection: Any = _connection  # the guarded backend's wrapper, unknown to the type stubs


@contextmanager
def _standing() -> Iterator[None]:
    before = connection.standing()
    try:
        yield
    finally:
        connection.restore(before)


@contextmanager
def use_tenant(tenant: Tenant) -> Iterator[Tenant]:
    """Work for `tenant` inside the block, and for whoever was there before after it."""
    with _standing():
        connection.set_tenant(tenant)
        yield tenant


@contextmanager
def use_public() -> Iterator[None]:
    """Work in the public schema: who the tenants are, operators. No tenant's data is in reach."""
    with _standing():
        connection.set_schema_to_public()
        yield


@contextmanager
def use_nobody() -> Iterator[None]:
    """Work for nobody inside the block: a statement in it raises TenancyError."""
    with _standing():
        connection.set_nobody()
        yield


@contextmanager
def as_owner(schema: str) -> Iterator[None]:
    """Change the tables of `schema`, without a limit of time: for migrate and provision alone."""
    with _standing(), statements_of(seconds=0):
        connection.set_owner(schema)
        yield


@contextmanager
def as_login() -> Iterator[None]:
    """Make and drop roles: for migrate and provision alone. No table is in reach."""
    with _standing():
        connection.set_login()
        yield


@contextmanager
def statements_of(*, seconds: int) -> Iterator[None]:
    """Let a statement inside the block take at most `seconds`; 0 is without limit."""
    before = connection.statement_seconds
    connection.statement_seconds = seconds
    try:
        yield
    finally:
        connection.statement_seconds = before


@contextmanager
def thinking() -> Iterator[None]:
    """Inside a transaction that computes between its statements: it may idle for as long as a job's statement may run.

    The server ends a transaction that idles for 30 seconds, which is right for one that was forgotten; a fit over a
    million customers, or any on a busy machine, thinks longer. The limit falls back with the transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{JOB_SECONDS}s'")
    yield


def current_tenant() -> Tenant:
    """The tenant this code works for; raises TenancyError in public or without one."""
    tenant = connection.tenant
    if not isinstance(tenant, Tenant):
        raise TenancyError("this needs a tenant and none is in force")
    return tenant


def scope() -> str:
    """What keys, tokens and folders are bound to: the tenant's public id, or "public".

    Raises TenancyError when neither is in force.
    """
    if connection.stance is None:
        raise TenancyError("this needs a tenant, or the public schema, and none is in force")
    return scope_in_force()


def leave() -> None:
    """Nobody is in force any more: the end of a delivered task."""
    connection.set_nobody()


def find_tenant(slug: str) -> Tenant:
    """The tenant called `slug`, for the command line; raises DomainError with the known names."""
    with use_public():
        tenant = Tenant.objects.filter(slug=slug).first()
        known = ", ".join(Tenant.objects.values_list("slug", flat=True)[:20]) or "none yet"
    if tenant is None:
        raise NotFound(
            "unknown_tenant",
            f"There is no tenant called “{slug}”.",
            mend=f"Use one of: {known}; or create it.",
        )
    return tenant
