"""Prepares a PostgreSQL of one's own: roles, database, schemas, extensions. Needs a superuser, once."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from retention.common.embedded.bootstrap import LOGIN, bootstrap_database
from retention.common.embedded.servers import POSTGRES_SCHEMES
from retention.common.environment import Environment
from retention.common.errors import DomainError
from tenants.commands import StayCommand


class Command(StayCommand):
    """Makes what DATABASE_URL names, as the superuser of STAY_SUPERUSER_URL. May be run again."""

    help = __doc__

    def within(self, **options: Any) -> Any:
        """Runs without a tenant's connection: there may be no database yet."""
        return self.run(**options)

    def run(self, **options: Any) -> dict[str, str]:
        environment = Environment.of_process()
        superuser_url = environment.url("STAY_SUPERUSER_URL", schemes=POSTGRES_SCHEMES)
        target = urlsplit(environment.url("DATABASE_URL", schemes=POSTGRES_SCHEMES))
        database = unquote(target.path.lstrip("/"))
        if target.username != LOGIN or not target.password or not database:
            raise DomainError(
                "database_url",
                f"DATABASE_URL must name the login {LOGIN}, a password and a database.",
                mend=f"Write it as postgresql://{LOGIN}:PASSWORD@{target.hostname}:{target.port or 5432}/stay.",
            )
        bootstrap_database(superuser_url, database, unquote(target.password))
        return {"database": database, "login": LOGIN}

    def render(self, result: dict[str, str]) -> str:
        return f"The database {result['database']} is ready for {result['login']}."
