from django.db import migrations

# A tenant's role reads its own line and no other: the name of the role says whose it is.
FORWARD = """
CREATE VIEW platform.own_tenant WITH (security_barrier) AS
SELECT public_id, slug, name, status FROM public.tenants_tenant
 WHERE current_user = 'tn_' || left(md5(current_database()), 8) || '_' || schema_name;
CREATE TABLE platform.switch (
    name text PRIMARY KEY,
    is_on boolean NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON platform.own_tenant, platform.switch TO PUBLIC;
"""
BACKWARD = "DROP VIEW platform.own_tenant; DROP TABLE platform.switch;"


class Migration(migrations.Migration):
    """Facts of the platform that every tenant may read: its own state, and the switches."""

    dependencies = [("tenants", "0003_note_schema_states")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
