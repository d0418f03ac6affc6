from django.db import migrations

TABLES = ("governance_auditentry", "governance_policyrevision")

# The function lives in the schema that is being migrated, so that a clone of the schema has its own.
# TRUNCATE isn't caught here: only the tables' owner may do it, and the chain's head then shows it.
FORWARD = """
CREATE OR REPLACE FUNCTION governance_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END;
$$;
""" + "".join(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION governance_refuse_change();\n"
    for table in TABLES
)
BACKWARD = (
    "".join(f"DROP TRIGGER {table}_append_only ON {table};\n" for table in TABLES)
    + "DROP FUNCTION governance_refuse_change();"
)


class Migration(migrations.Migration):
    """Audit entries and policy revisions can't be changed or deleted, whoever asks."""

    dependencies = [("governance", "0003_audit_chain")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
