"""The fifteen ready segments stand in every tenant from the start."""

from django.db import migrations

from retention.common import clock
from retention.segments.ready import READY


def add(apps, schema_editor):
    Segment = apps.get_model("segments", "Segment")
    now = clock.now()
    Segment.objects.bulk_create(
        Segment(
            code=ready.code,
            name=ready.name,
            name_zh=ready.name_zh,
            description=ready.description,
            description_zh=ready.description_zh,
            rule=ready.rule,
            ready=True,
            created_at=now,
            updated_at=now,
        )
        for ready in READY
    )


def remove(apps, schema_editor):
    apps.get_model("segments", "Segment").objects.filter(ready=True).delete()


class Migration(migrations.Migration):
    dependencies = [("segments", "0001_segments")]

    operations = [migrations.RunPython(add, remove)]
