"""The guarded database backend: no tenant, no data.

django-tenants' wrapper sets a search path and trusts it: a schema that doesn't exist falls through to `public`, and
the rights are the same everywhere. This one assumes a role that owns nothing outside its schema, asks the server in
the same round trip where it stands, and raises TenancyError unless the answer is the tenant that the code works for.
One switch a request or task; sent again after connecting and after every rollback, since SET is transactional.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.utils import OperationalError
from django.utils.functional import cached_property
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantsDatabaseWrapper
from django_tenants.postgresql_backend.base import FakeTenant
from psycopg import sql

from retention.common.errors import NoPlatform, TenancyError
from tenants.backend import forks, guards
from tenants.backend.creation import DatabaseCreation
from tenants.backend.cursors import GuardedCursor, GuardedDebugCursor
from tenants.backend.in_force import NOBODY, InForce, set_in_force
from tenants.backend.operations import DatabaseOperations
from tenants.backend.stance import PUBLIC, WEB_SECONDS, Authority, Stance


class Standing(NamedTuple):
    """Where the code stands: what `restore` takes."""

    tenant: Any
    stance: Stance | None


class DatabaseWrapper(TenantsDatabaseWrapper):
    """django-tenants' wrapper with the switch verified, under three kinds of role."""

    ops_class = DatabaseOperations
    creation_class = DatabaseCreation

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.stance: Stance | None = None
        self.statement_seconds = WEB_SECONDS
        self.switches = 0
        self._sent: tuple[Stance, int] | None = None
        self._unarmed = 0
        super().__init__(*args, **kwargs)
        self.set_nobody()

    # -- Who is in force: python only, the server hears of it with the next statement.

    def standing(self) -> Standing:
        """Where the code stands now."""
        return Standing(self.tenant, self.stance)

    def restore(self, standing: Standing) -> None:
        """Go back to where the code stood."""
        self.tenant, self.stance = standing
        self.schema_name = self.stance.schema if self.stance else None
        if self.alias == DEFAULT_DB_ALIAS:
            set_in_force(self._in_force())

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """Work for `tenant`; its schema alone is in reach, whatever `include_public` says."""
        self.restore(Standing(tenant, Stance(tenant.schema_name)))

    def set_schema_to_public(self) -> None:
        """Work in the public schema; no tenant's data is in reach."""
        self.restore(Standing(FakeTenant(PUBLIC), Stance(PUBLIC)))

    def set_owner(self, schema: str) -> None:
        """Work on the tables of `schema`: for migrate and provision alone."""
        self.restore(Standing(FakeTenant(schema), Stance(schema, Authority.OWNER)))

    def set_login(self) -> None:
        """Work on roles; no table is in reach."""
        self.restore(Standing(None, Stance(PUBLIC, Authority.LOGIN)))

    def set_nobody(self) -> None:
        """Work for nobody: every statement raises."""
        self.restore(Standing(None, None))

    def _in_force(self) -> InForce:
        if self.stance is None:
            return NOBODY
        public_id = getattr(self.tenant, "public_id", None)
        return InForce(self.stance.schema, str(public_id) if public_id else self.stance.schema)

    # -- The switch.

    @property
    def unarmed(self) -> bool:
        """True for statements that touch no table: savepoints, and the connection that makes databases."""
        return self._unarmed > 0 or self.alias == NO_DB_ALIAS

    def arm(self) -> None:
        """Make the server stand where the code does. Raises TenancyError without a tenant or when it can't."""
        if self.stance is None:
            raise TenancyError("a statement without a tenant: enter one by use_tenant(), or use_public()")
        if self._sent != (self.stance, self.statement_seconds):
            self._switch(self.stance, self.statement_seconds)

    def _switch(self, stance: Stance, seconds: int) -> None:
        self._sent = None
        role = stance.role(self.settings_dict["NAME"])
        with self.wrap_database_errors, psycopg.Cursor(self.connection) as cursor:
            try:
                cursor.execute(_switch_sql(role, stance.path, seconds))
            except psycopg.errors.InvalidParameterValue as error:
                kind = NoPlatform if stance.schema == PUBLIC else TenancyError
                raise kind(f"there is no role for {stance.schema}: {error}") from error
            while cursor.nextset():
                pass
            answer = cursor.fetchone()
        expected = (role or self.settings_dict["USER"], list(stance.path))
        if answer != expected:
            raise TenancyError(f"the server stands at {answer} where {expected} is expected: is the schema missing?")
        self.switches += 1
        self._sent = (stance, seconds)

    def _cursor(self, name: str | None = None) -> Any:
        if self.connection is not None and self.connection.closed and not self.in_atomic_block:
            self.close()
        self.ensure_connection()
        return super()._cursor(name)

    def _handle_search_path(self, cursor: Any = None) -> None:
        """The path is part of the switch."""

    def make_cursor(self, cursor: Any) -> GuardedCursor:
        return GuardedCursor(cursor, self)

    def make_debug_cursor(self, cursor: Any) -> GuardedDebugCursor:
        return GuardedDebugCursor(cursor, self)

    # -- What undoes a switch.

    def connect(self) -> None:
        """Take a connection and switch at once: so it shows before any work whether the server was restarted."""
        self._sent = None
        super().connect()
        if self.stance is None or self.unarmed:
            return
        try:
            self.arm()
        except OperationalError:
            if not self.connection.closed:
                raise
            if self.pool:
                self.pool.check()
            self.close()
            super().connect()
            self.arm()

    def close(self) -> None:
        self._sent = None
        super().close()

    def _rollback(self) -> Any:
        self._sent = None
        return super()._rollback()

    def _commit(self) -> Any:
        try:
            return super()._commit()
        except BaseException:
            self._sent = None  # a deferred constraint failed: the server has rolled back
            raise

    # -- Statements that touch no table are right in any schema, and must pass in a failed transaction.

    @contextmanager
    def _without_switch(self) -> Iterator[None]:
        self._unarmed += 1
        try:
            yield
        finally:
            self._unarmed -= 1

    def _savepoint(self, sid: str) -> None:
        with self._without_switch():
            super()._savepoint(sid)

    def _savepoint_commit(self, sid: str) -> None:
        with self._without_switch():
            super()._savepoint_commit(sid)

    def _savepoint_rollback(self, sid: str) -> None:
        self._sent = None
        with self._without_switch():
            super()._savepoint_rollback(sid)

    @cached_property
    def pg_version(self) -> int:
        """The server's version number, asked of the connection and not of a table."""
        with self._without_switch(), self.temporary_connection():
            return int(self.connection.info.server_version)

    def check_constraints(self, table_names: Any = None) -> None:
        with self._without_switch():
            super().check_constraints(table_names)

    def on_commit(self, func: Callable[[], object], robust: bool = False) -> None:
        """Run `func` after the commit, under the tenant in force now."""
        if not callable(func):
            raise TypeError("on_commit()'s callback must be a callable.")
        registered = self.standing()

        def there() -> None:
            before = self.standing()
            self.restore(registered)
            try:
                func()
            finally:
                self.restore(before)

        super().on_commit(there, robust)


def _switch_sql(role: str | None, path: tuple[str, ...], seconds: int) -> sql.Composed:
    return sql.SQL(
        "SET ROLE {role}; SET search_path = {path}; SET statement_timeout = '{seconds}s';"
        " SET lock_timeout = '2s'; SET idle_in_transaction_session_timeout = '30s';"
        " SELECT current_user::text, current_schemas(false)::text[]"
    ).format(
        role=sql.Identifier(role) if role else sql.SQL("NONE"),
        path=sql.SQL(", ").join(map(sql.Identifier, path)) if path else sql.SQL("''"),
        seconds=sql.SQL(str(int(seconds))),
    )


guards.install()
forks.install()
