"""What Django keeps in memory carries the schema it came from, and is refused in another one.

Rows (`Model._state`), queries, result caches, content types and signatures. Django offers no hook for these, so its
classes are changed here, once, when the backend is loaded; a test for each fails when a Django release moves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.signing import Signer
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.deletion import Collector
from django.db.models.query import RawQuerySet
from django.db.models.sql import InsertQuery, Query, RawQuery

from retention.common.errors import TenancyError
from tenants.backend.in_force import schema_in_force, scope_in_force


def refuse_foreign_row(row: Any) -> None:
    """Raise when `row` was read or made in another schema."""
    origin = getattr(row._state, "schema", None)
    if origin is not None and origin != schema_in_force():
        raise TenancyError(f"a {row._meta.label} of {origin} is used in {schema_in_force() or 'no schema'}")


def refuse_foreign_query(query: Any) -> None:
    """Raise when `query` was made in another schema."""
    origin = getattr(query, "schema", None)
    if origin is not None and origin != schema_in_force():
        raise TenancyError(f"a query made in {origin} is run in {schema_in_force() or 'no schema'}")


def install() -> None:
    """Put the guards in."""
    _stamp_queries()
    _stamp_rows()
    _keep_results_home()
    _bind_signatures()


def _change(owner: type, name: str, around: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    original = getattr(owner, name)
    if not getattr(original, "is_guarded", False):
        guarded = wraps(original)(around(original))
        guarded.is_guarded = True  # type: ignore[attr-defined]
        setattr(owner, name, guarded)


def _before(check: Callable[..., None]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A change that calls `check` with the same arguments first."""

    def around(original: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            check(*args, **kwargs)
            return original(*args, **kwargs)

        return guarded

    return around


def _stamp_queries() -> None:
    def stamp(query: Any, *args: Any, **kwargs: Any) -> None:
        query.schema = schema_in_force()

    _change(Query, "__init__", _before(stamp))
    _change(RawQuery, "__init__", _before(stamp))
    _change(RawQuery, "_execute_query", _before(refuse_foreign_query))
    _change(Query, "check_query_object_type", _before(_refuse_foreign_value))
    _change(InsertQuery, "insert_values", _before(_take_rows))


def _refuse_foreign_value(query: Any, value: Any, *args: Any) -> None:
    if isinstance(value, Model):
        refuse_foreign_row(value)


def _take_rows(query: Any, fields: Any, rows: Iterable[Any], *args: Any, **kwargs: Any) -> None:
    for row in rows:
        refuse_foreign_row(row)
        row._state.schema = schema_in_force()


def _stamp_rows() -> None:
    def begin(state: Any) -> None:
        state.schema = schema_in_force()

    ModelState.__init__ = begin  # type: ignore[assignment]
    _change(Model, "save_base", _before(lambda row, *a, **k: _take_rows(None, None, [row])))
    _change(Model, "refresh_from_db", _before(lambda row, *a, **k: refuse_foreign_row(row)))
    _change(Collector, "add", _before(lambda collector, rows, *a, **k: _refuse_foreign_rows(rows)))
    _change(QuerySet, "bulk_update", _update_in_bulk)
    _change(QuerySet, "contains", _before(lambda queryset, row: refuse_foreign_row(row)))


def _update_in_bulk(original: Callable[..., int]) -> Callable[..., int]:
    def guarded(queryset: Any, objs: Iterable[Any], *args: Any, **kwargs: Any) -> int:
        rows = tuple(objs)
        _refuse_foreign_rows(rows)
        return original(queryset, rows, *args, **kwargs)

    return guarded


def _refuse_foreign_rows(rows: Iterable[Any]) -> None:
    for row in rows:
        refuse_foreign_row(row)


class _Results:
    """The attribute `_result_cache`: what was read in one schema isn't shown in another."""

    def __get__(self, queryset: Any, owner: type | None = None) -> Any:
        if queryset is None:
            return self
        rows = queryset.__dict__.get("_result_cache")
        if rows and queryset.__dict__["_result_schema"] != schema_in_force():
            origin = queryset.__dict__["_result_schema"]
            raise TenancyError(f"rows read in {origin} are used in {schema_in_force() or 'no schema'}")
        return rows

    def __set__(self, queryset: Any, rows: Any) -> None:
        queryset.__dict__["_result_cache"] = rows
        queryset.__dict__["_result_schema"] = schema_in_force()


class _ContentTypes:
    """The attribute `ContentTypeManager._cache`: the same model has another id in another schema."""

    def __get__(self, manager: Any, owner: type | None = None) -> Any:
        if manager is None:
            return self
        schema, cache = manager.__dict__.get("_guarded_cache", (None, None))
        if cache is None or schema != schema_in_force():
            cache = {}
            manager.__dict__["_guarded_cache"] = (schema_in_force(), cache)
        return cache

    def __set__(self, manager: Any, cache: Any) -> None:
        manager.__dict__["_guarded_cache"] = (schema_in_force(), cache)


def _keep_results_home() -> None:
    from django.contrib.contenttypes.models import ContentTypeManager

    for owner, name, guard in (
        (QuerySet, "_result_cache", _Results()),
        (RawQuerySet, "_result_cache", _Results()),
        (ContentTypeManager, "_cache", _ContentTypes()),
    ):
        setattr(owner, name, guard)


def _bind_signatures() -> None:
    """Django's signatures and one-time tokens, also those that libraries make, hold in their tenant only."""

    def sign(original: Callable[..., str]) -> Callable[..., str]:
        def guarded(signer: Any, value: Any, key: Any = None) -> str:
            salt = signer.salt
            signer.salt = f"{scope_in_force()}:{salt}"
            try:
                return original(signer, value, key)
            finally:
                signer.salt = salt

        return guarded

    def token(original: Callable[..., str]) -> Callable[..., str]:
        def guarded(generator: Any, user: Any, timestamp: int) -> str:
            return f"{scope_in_force()}:{original(generator, user, timestamp)}"

        return guarded

    _change(Signer, "signature", sign)
    _change(PasswordResetTokenGenerator, "_make_hash_value", token)
