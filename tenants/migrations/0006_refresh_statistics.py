from django.db import migrations

# ANALYZE asks for the table's owner; a tenant's role owns nothing. The function acts for the owner, on the caller's own
# schema alone: the schema is whatever the caller's search path begins with, and every name in the body is qualified.
FORWARD = """
CREATE FUNCTION platform.refresh_statistics(tables text[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    found text;
    done integer := 0;
BEGIN
    FOR found IN
        SELECT c.relname FROM pg_catalog.pg_class c
        WHERE c.relnamespace OPERATOR(pg_catalog.=) pg_catalog.to_regnamespace(pg_catalog.current_schema()::pg_catalog.text)
          AND c.relkind OPERATOR(pg_catalog.=) 'r'
          AND c.relname::pg_catalog.text OPERATOR(pg_catalog.=) ANY (tables)
        ORDER BY c.relname
    LOOP
        EXECUTE pg_catalog.format('ANALYZE (SKIP_LOCKED) %I.%I', pg_catalog.current_schema(), found);
        done := done OPERATOR(pg_catalog.+) 1;
    END LOOP;
    RETURN done;
END $$;
"""
BACKWARD = "DROP FUNCTION platform.refresh_statistics(text[]);"


class Migration(migrations.Migration):
    """A tenant may have the planner's statistics of its own tables renewed after a large load."""

    dependencies = [("tenants", "0005_schedule_chores")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
