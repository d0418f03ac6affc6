"""The fifteen ready segments stand in every tenant from the start."""

from retention.common import clock
from retention.segments.ready import READY


def add_ready_segments(apps, schema_editor):
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


def remove_ready_segments(apps, schema_editor):
    apps.get_model("segments", "Segment").objects.filter(ready=True).delete()
