"""When each segment was last counted, how long that took and what changed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("segments", "0002_ready_segments"),
    ]

    operations = [
        migrations.CreateModel(
            name="SegmentRefresh",
            fields=[
                (
                    "segment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="refresh",
                        serialize=False,
                        to="segments.segment",
                    ),
                ),
                ("as_of", models.DateField(verbose_name="as of")),
                ("refreshed_at", models.DateTimeField(verbose_name="counted at")),
                ("took_ms", models.PositiveIntegerField(null=True, verbose_name="milliseconds")),
                ("entered", models.PositiveIntegerField(default=0, verbose_name="entered")),
                ("left", models.PositiveIntegerField(default=0, verbose_name="left")),
                (
                    "problem",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="why it was not counted"),
                ),
            ],
            options={
                "verbose_name": "Count of a segment",
                "ordering": ["segment"],
            },
        ),
    ]
