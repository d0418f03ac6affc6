from django.db import migrations

from retention.segments.migrations._seeds import add_ready_segments, remove_ready_segments


class Migration(migrations.Migration):
    dependencies = [("segments", "0001_segments")]

    operations = [migrations.RunPython(add_ready_segments, remove_ready_segments)]
