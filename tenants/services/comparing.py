"""A tenant is served only when its schema equals the template and its role has exactly its rights."""

from __future__ import annotations

import hashlib

from retention.common.errors import DomainError
from tenants.backend.stance import PUBLIC
from tenants.services.describing import Part, describe_grants, describe_schema, expected_grants

SHOWN = 5


def fingerprint_of(template: frozenset[Part]) -> str:
    """One word for a state of the template: a tenant with the same word was compared with it and equal."""
    return hashlib.sha256("\n".join(map(repr, sorted(template))).encode()).hexdigest()


def differences(schema: str, template: frozenset[Part] | None) -> list[str]:
    """How `schema` differs from `template` (None: only its grants are looked at), as sentences."""
    parts = describe_schema(schema)
    found = [] if template is None else _differences(parts, template)
    grants, expected = describe_grants(schema), expected_grants(schema, parts)
    found += [f"missing {_words(part)}" for part in sorted(expected - grants)]
    return found + [f"unexpected {_words(part)}" for part in sorted(grants - expected)]


def refuse_differences(schema: str, template: frozenset[Part]) -> None:
    """Raise DomainError with the first differences, if there are any."""
    found = differences(schema, None if schema == PUBLIC else template)
    if found:
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise DomainError(
            "schema_differs",
            f"The schema {schema} differs from the template: {'; '.join(found[:SHOWN])}{more}.",
            mend="Run migrate; when it stays so, restore the tenant from a backup.",
        )


def _differences(parts: frozenset[Part], template: frozenset[Part]) -> list[str]:
    missing = [f"missing {_words(part)}" for part in sorted(template - parts)]
    return missing + [f"unexpected {_words(part)}" for part in sorted(parts - template)]


def _words(part: Part) -> str:
    return f"{part.kind} {'.'.join(filter(None, (part.owner, part.name)))} ({part.definition})"
