"""Where Django asks for the compilers: ours look at whose query it is."""

from __future__ import annotations

from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations


class DatabaseOperations(PostgresOperations):
    """PostgreSQL's operations with the guarded compilers."""

    compiler_module = "tenants.backend.compiler"
