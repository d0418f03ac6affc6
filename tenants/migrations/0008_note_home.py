from django.db import migrations

# Where this database stands: the cluster, its line of history (a recovery or a fail-over begins a new one), the
# database in it and the table itself (a dump that is read back makes a new one). A copy kept from before has another.
FORWARD = """
CREATE TABLE platform.home (
    is_home boolean PRIMARY KEY DEFAULT true CHECK (is_home),
    place text NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION platform.place() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.concat_ws('/',
        (SELECT s.system_identifier FROM pg_catalog.pg_control_system() AS s),
        pg_catalog.left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8),
        (SELECT d.oid FROM pg_catalog.pg_database d
         WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()),
        (SELECT c.oid FROM pg_catalog.pg_class c
         WHERE c.relname OPERATOR(pg_catalog.=) 'home'
           AND c.relnamespace OPERATOR(pg_catalog.=) pg_catalog.to_regnamespace('platform')))
$$;
GRANT SELECT ON platform.home TO PUBLIC;
GRANT EXECUTE ON FUNCTION platform.place() TO PUBLIC;
INSERT INTO platform.home (place) VALUES (platform.place());
"""
BACKWARD = "DROP TABLE platform.home; DROP FUNCTION platform.place();"


class Migration(migrations.Migration):
    """A database that was restored knows it: what must not happen twice waits for an operator there."""

    dependencies = [("tenants", "0007_name_schema_states")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
