"""Snapshots of segments: who was in when a person froze it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import retention.common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0009_points_are_earned_by_rules"),
        ("segments", "0003_refreshes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SegmentSnapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=retention.common.ids.uuid7, editable=False, unique=True)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("as_of", models.DateField(verbose_name="as of")),
                ("customers", models.PositiveIntegerField(default=0, verbose_name="customers")),
                ("rule", models.JSONField(verbose_name="rule")),
                ("created_at", models.DateTimeField(verbose_name="frozen at")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="frozen by",
                    ),
                ),
                (
                    "segment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="snapshots", to="segments.segment"
                    ),
                ),
            ],
            options={
                "verbose_name": "Snapshot of a segment",
                "verbose_name_plural": "Snapshots of segments",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="SnapshotMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="segments.segmentsnapshot",
                    ),
                ),
            ],
            options={
                "ordering": ["snapshot", "customer"],
                "constraints": [models.UniqueConstraint(fields=("snapshot", "customer"), name="snapshotmember_once")],
            },
        ),
    ]
