"""What a schema consists of, in the server's own words: what a clone must equal, object by object."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from tenants.backend.stance import role_of
from tenants.context import as_owner, connection
from tenants.services.grants import COUNTERS, allowed_on

OBJECTS = """
WITH home AS (SELECT %(schema)s::regnamespace::oid AS oid),
     relation AS (SELECT c.* FROM pg_class c, home WHERE c.relnamespace = home.oid)
SELECT 'relation', relname::text, '', concat_ws(' ', relkind, relpersistence, relrowsecurity, relowner::regrole)
  FROM relation WHERE relkind NOT IN ('i', 'I', 'c', 't')
UNION ALL
SELECT 'column', r.relname, a.attname::text, concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull,
       a.attidentity, a.attgenerated, a.attcollation::regcollation, pg_get_expr(d.adbin, d.adrelid, true))
  FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
 WHERE r.relkind IN ('r', 'p', 'v', 'm')
UNION ALL
SELECT 'constraint', r.relname, k.conname::text, concat_ws(' ', pg_get_constraintdef(k.oid, true), k.convalidated)
  FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid
 WHERE k.contype <> 'n' -- their names are PostgreSQL 18's; the column says it
UNION ALL
SELECT 'index', r.relname, i.relname::text, concat_ws(' ', pg_get_indexdef(i.oid, 0, true), x.indisvalid)
  FROM relation r JOIN pg_index x ON x.indrelid = r.oid JOIN pg_class i ON i.oid = x.indexrelid
UNION ALL
SELECT 'trigger', r.relname, t.tgname::text, concat_ws(' ', pg_get_triggerdef(t.oid, true), t.tgenabled)
  FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid AND NOT t.tgisinternal
UNION ALL
SELECT 'policy', r.relname, p.polname::text, concat_ws(' ', p.polcmd, pg_get_expr(p.polqual, p.polrelid))
  FROM relation r JOIN pg_policy p ON p.polrelid = r.oid
UNION ALL
SELECT 'view', relname, '', pg_get_viewdef(oid, true) FROM relation WHERE relkind IN ('v', 'm')
UNION ALL
SELECT 'sequence', r.relname, '', concat_ws(' ', s.seqstart, s.seqincrement, s.seqcycle)
  FROM relation r JOIN pg_sequence s ON s.seqrelid = r.oid
UNION ALL
SELECT 'function', f.oid::regprocedure::text, '', concat_ws(' ', f.proowner::regrole,
       replace(pg_get_functiondef(f.oid), quote_ident(%(schema)s) || '.', ''))
  FROM pg_proc f, home WHERE f.pronamespace = home.oid AND f.prokind IN ('f', 'p')
UNION ALL
SELECT 'type', t.typname::text, '', t.typtype::text
  FROM pg_type t, home WHERE t.typnamespace = home.oid AND t.typtype IN ('e', 'd', 'r')
"""

GRANTS = """
SELECT 'grant', c.relname::text, coalesce(g.rolname, 'PUBLIC')::text, a.privilege_type
  FROM pg_class c, aclexplode(c.relacl) a LEFT JOIN pg_roles g ON g.oid = a.grantee
 WHERE c.relnamespace = %(schema)s::regnamespace AND a.grantee <> c.relowner
UNION ALL
SELECT 'grant', c.relname || '.' || t.attname, coalesce(g.rolname, 'PUBLIC'), a.privilege_type
  FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
  LEFT JOIN pg_roles g ON g.oid = a.grantee
 WHERE c.relnamespace = %(schema)s::regnamespace
UNION ALL
SELECT 'grant', 'schema', coalesce(g.rolname, 'PUBLIC'), a.privilege_type
  FROM pg_namespace n, aclexplode(n.nspacl) a LEFT JOIN pg_roles g ON g.oid = a.grantee
 WHERE n.oid = %(schema)s::regnamespace AND a.grantee <> n.nspowner
UNION ALL
SELECT 'default grant', d.defaclobjtype::text, d.defaclrole::regrole::text, d.defaclacl::text
  FROM pg_default_acl d WHERE d.defaclnamespace = %(schema)s::regnamespace
"""

ROLE = """
SELECT 'role', 'can', '', concat_ws(' ', rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,
       rolreplication, rolbypassrls, (SELECT count(*) FROM pg_auth_members m WHERE m.member = r.oid))
  FROM pg_roles r WHERE rolname = %(role)s
"""

# PostgreSQL reads its own words back with the casts between kinds of text in other places.
TEXT_CASTS = re.compile(r"::(character varying|text)(\[\])?")


class Part(NamedTuple):
    """One object: its kind, the table or thing it belongs to, its name there, its definition."""

    kind: str
    owner: str
    name: str
    definition: str


def describe_schema(schema: str) -> frozenset[Part]:
    """Every object of `schema`, in words that don't name the schema."""
    return frozenset(part._replace(definition=TEXT_CASTS.sub("", part.definition)) for part in _parts(OBJECTS, schema))


def describe_grants(schema: str) -> Counter[Part]:
    """Who but the owner may do what in `schema`, and what its role can."""
    return Counter([*_parts(GRANTS, schema), *_parts(ROLE, schema)])


def expected_grants(schema: str, parts: frozenset[Part]) -> Counter[Part]:
    """The grants that a schema with these `parts` must have, and no others."""
    role = role_of(connection.settings_dict["NAME"], schema)
    grants = [Part("grant", "schema", role, "USAGE"), Part("role", "can", "", "f f f f f f f 0")]
    for part in parts:
        if part.kind == "relation":
            rights = COUNTERS if part.definition.startswith("S") else allowed_on(part.owner)
            grants += [Part("grant", part.owner, role, right) for right in rights]
    return Counter(grants)


def _parts(query: str, schema: str) -> list[Part]:
    names = {"schema": schema, "role": role_of(connection.settings_dict["NAME"], schema)}
    with as_owner(schema), connection.cursor() as cursor:
        cursor.execute(query, names)
        return [Part(*row) for row in cursor.fetchall()]
