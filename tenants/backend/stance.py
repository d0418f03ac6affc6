"""How a connection stands: in which schema and with whose rights. Names of roles are made here and nowhere else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum

from retention.common.embedded.bootstrap import OWNER

PUBLIC = "public"
EXTENSIONS = "ext"
"""The schema of extensions: functions and operators, no data."""

WEB_SECONDS, JOB_SECONDS = 15, 300
"""How long a statement may take: in a request, in a task or command."""


class Authority(Enum):
    """Whose rights a statement has."""

    MEMBER = "the schema's own role: reads and writes its rows, changes no table"
    OWNER = "stay_owner: makes and changes tables; for migrate and provision alone"
    LOGIN = "the login role: makes roles, reads no table"


@dataclass(frozen=True)
class Stance:
    """What a statement expects of the server: unqualified names mean `schema`, rights are those of `authority`."""

    schema: str
    authority: Authority = Authority.MEMBER

    def role(self, database: str) -> str | None:
        """The role to assume in `database`; None for the login itself."""
        if self.authority is Authority.LOGIN:
            return None
        return OWNER if self.authority is Authority.OWNER else role_of(database, self.schema)

    @property
    def path(self) -> tuple[str, ...]:
        """The search path: never public beside another schema, and none for the login."""
        return () if self.authority is Authority.LOGIN else (self.schema, EXTENSIONS)


def database_tag(database: str) -> str:
    """Roles belong to the cluster: the tag keeps those of two databases apart. PostgreSQL computes the same."""
    return hashlib.md5(database.encode(), usedforsecurity=False).hexdigest()[:8]


def role_of(database: str, schema: str) -> str:
    """The role that may read and write the rows of `schema` in `database`, and nothing else."""
    return f"tn_{database_tag(database)}_{schema}"
