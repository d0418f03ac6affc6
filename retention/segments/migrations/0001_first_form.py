import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import retention.common.create_tables
import retention.common.ids
from retention.segments.migrations._seeds import add_ready_segments, remove_ready_segments


class Migration(migrations.Migration):
    """The tables as the migrations that it replaces leave them, for a new database; an older one goes through those."""

    replaces = [
        ("segments", "0001_segments"),
        ("segments", "0002_ready_segments"),
        ("segments", "0003_refreshes"),
        ("segments", "0004_snapshots"),
        ("segments", "0005_one_index_each"),
    ]

    initial = True

    dependencies = [
        ("customers", "0001_first_form"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        retention.common.create_tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Segment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "name_zh",
                            models.CharField(blank=True, default="", max_length=120, verbose_name="Chinese name"),
                        ),
                        (
                            "description",
                            models.CharField(blank=True, default="", max_length=400, verbose_name="what it means"),
                        ),
                        (
                            "description_zh",
                            models.CharField(
                                blank=True, default="", max_length=400, verbose_name="what it means, in Chinese"
                            ),
                        ),
                        ("rule", models.JSONField(verbose_name="rule")),
                        ("ready", models.BooleanField(default=False, verbose_name="comes with Stay")),
                        ("archived_at", models.DateTimeField(blank=True, null=True, verbose_name="archived at")),
                        (
                            "created_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="created by",
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="created at")),
                        ("updated_at", models.DateTimeField(verbose_name="updated at")),
                    ],
                    options={
                        "verbose_name": "Segment",
                        "verbose_name_plural": "Segments",
                        "ordering": ["-ready", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("rule", {}), _negated=True), name="segment_rule_not_empty"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="SegmentMembership",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "segment",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to="segments.segment",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="segment_memberships",
                                to="customers.customer",
                            ),
                        ),
                        ("entered_on", models.DateField(verbose_name="entered on")),
                        ("left_on", models.DateField(blank=True, null=True, verbose_name="left on")),
                    ],
                    options={
                        "verbose_name": "Segment membership",
                        "ordering": ["segment", "customer", "entered_on"],
                        "indexes": [
                            models.Index(fields=["segment", "left_on"], name="segmentmembership_left"),
                            models.Index(fields=["segment", "entered_on"], name="segmentmembership_entered"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("left_on__isnull", True)),
                                fields=("segment", "customer"),
                                name="segmentmembership_one_open",
                            ),
                            models.UniqueConstraint(
                                fields=("segment", "customer", "entered_on"), name="segmentmembership_one_entry_a_day"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("left_on__isnull", True), ("left_on__gt", models.F("entered_on")), _connector="OR"
                                ),
                                name="segmentmembership_forward",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SegmentSize",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "segment",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sizes",
                                to="segments.segment",
                            ),
                        ),
                        ("as_of", models.DateField(verbose_name="as of")),
                        ("customers", models.PositiveIntegerField(verbose_name="customers")),
                    ],
                    options={
                        "verbose_name": "Segment size",
                        "ordering": ["segment", "as_of"],
                        "constraints": [
                            models.UniqueConstraint(fields=("segment", "as_of"), name="segmentsize_one_a_day")
                        ],
                        "indexes": [],
                    },
                ),
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
                            models.CharField(
                                blank=True, default="", max_length=300, verbose_name="why it was not counted"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Count of a segment",
                        "ordering": ["segment"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="SegmentSnapshot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.UUIDField(default=retention.common.ids.uuid7, editable=False, unique=True),
                        ),
                        (
                            "segment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="snapshots",
                                to="segments.segment",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("as_of", models.DateField(verbose_name="as of")),
                        ("customers", models.PositiveIntegerField(default=0, verbose_name="customers")),
                        ("rule", models.JSONField(verbose_name="rule")),
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
                        ("created_at", models.DateTimeField(verbose_name="frozen at")),
                    ],
                    options={
                        "verbose_name": "Snapshot of a segment",
                        "verbose_name_plural": "Snapshots of segments",
                        "ordering": ["-id"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="SnapshotMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        (
                            "customer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["snapshot", "customer"],
                        "constraints": [
                            models.UniqueConstraint(fields=("snapshot", "customer"), name="snapshotmember_once")
                        ],
                        "indexes": [],
                    },
                ),
            ],
        ),
        migrations.RunPython(add_ready_segments, remove_ready_segments),
    ]
