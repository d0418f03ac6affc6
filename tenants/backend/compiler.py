"""Compilers that refuse a query made for another tenant: a lazy queryset must not read whoever is in force later."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import compiler

from tenants.backend.guards import refuse_foreign_query


class _Bound:
    def __init__(self, query: Any, *args: Any, **kwargs: Any) -> None:
        refuse_foreign_query(query)
        super().__init__(query, *args, **kwargs)  # type: ignore[call-arg]


class SQLCompiler(_Bound, compiler.SQLCompiler):
    """SELECT."""


class SQLInsertCompiler(_Bound, compiler.SQLInsertCompiler):
    """INSERT."""


class SQLUpdateCompiler(_Bound, compiler.SQLUpdateCompiler):
    """UPDATE."""


class SQLDeleteCompiler(_Bound, compiler.SQLDeleteCompiler):
    """DELETE."""


class SQLAggregateCompiler(_Bound, compiler.SQLAggregateCompiler):
    """Aggregates over a subquery."""
