"""Cursors that look at the tenant in force before each statement and each fetch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db.backends import utils
from django.db.backends.postgresql import base

from retention.common.errors import TenancyError

if TYPE_CHECKING:
    from tenants.backend.base import DatabaseWrapper
    from tenants.backend.stance import Stance

CursorWrapper: Any = utils.CursorWrapper  # their inner methods are unknown to the type stubs
CursorDebugWrapper: Any = base.CursorDebugWrapper
READS = frozenset({"fetchone", "fetchmany", "fetchall", "nextset", "stream", "scroll", "results", "set_result"})


class GuardedCursor(CursorWrapper):
    """A cursor belongs to the tenant of its first statement; used in another one it raises."""

    db: DatabaseWrapper
    stance: Stance | None = None

    def arm(self) -> None:
        """Make the server stand where the code does, or raise TenancyError."""
        if self.db.unarmed:
            return
        self._check()
        self.db.arm()
        self.stance = self.db.stance

    def _check(self) -> None:
        if self.stance is not None and self.stance != self.db.stance:
            raise TenancyError(f"a cursor of {self.stance.schema} is used in {self.db.schema_name or 'no schema'}")

    def _execute(self, sql: Any, params: Any, *ignored: Any) -> Any:
        self.db.validate_no_broken_transaction()
        self.arm()
        return super()._execute(sql, params, *ignored)

    def _executemany(self, sql: Any, param_list: Any, *ignored: Any) -> Any:
        self.db.validate_no_broken_transaction()
        self.arm()
        return super()._executemany(sql, param_list, *ignored)

    def callproc(self, *args: Any, **kwargs: Any) -> Any:
        self.arm()
        return super().callproc(*args, **kwargs)

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """COPY, as psycopg's cursor offers it."""
        self.db.validate_no_broken_transaction()
        self.arm()
        return self.cursor.copy(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name in READS:
            self._check_read()
        return super().__getattr__(name)

    def __iter__(self) -> Iterator[Any]:
        self._check_read()
        for row in super().__iter__():
            self._check_read()
            yield row

    def _check_read(self) -> None:
        if self.db.unarmed:
            return
        self._check()
        if getattr(self.cursor, "name", None):  # a server-side cursor asks the server for more
            self.db.arm()


class GuardedDebugCursor(GuardedCursor, CursorDebugWrapper):
    """The same, keeping a log of statements."""
