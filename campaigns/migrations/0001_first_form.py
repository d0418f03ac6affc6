import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import retention.common.create_tables
import retention.common.ids


class Migration(migrations.Migration):
    """The tables as the migrations that it replaces leave them, for a new database; an older one goes through those."""

    replaces = [
        ("campaigns", "0001_experiments"),
        ("campaigns", "0002_sending"),
        ("campaigns", "0003_pause_after_restore"),
        ("campaigns", "0004_offers_are_for_new_or_returning"),
        ("campaigns", "0005_offers_of_growth_points"),
        ("campaigns", "0006_one_index_each"),
    ]

    initial = True

    dependencies = [
        ("customers", "0001_first_form"),
        ("segments", "0001_first_form"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        retention.common.create_tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Experiment",
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
                        ("name", models.CharField(max_length=200, unique=True, verbose_name="name")),
                        ("salt", models.CharField(max_length=64, verbose_name="salt")),
                        (
                            "unit",
                            models.CharField(
                                choices=[("customer", "customer")],
                                db_default="customer",
                                default="customer",
                                max_length=10,
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("campaign", "Campaign"),
                                    ("imported", "Imported trial"),
                                    ("human_work", "Human work"),
                                    ("global_holdout", "Global holdout"),
                                ],
                                max_length=16,
                                verbose_name="source",
                            ),
                        ),
                        ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="started at")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                        (
                            "created_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="created by",
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="created at")),
                    ],
                    options={
                        "verbose_name": "Experiment",
                        "verbose_name_plural": "Experiments",
                        "ordering": ["-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("source", "global_holdout")),
                                fields=("source",),
                                name="experiment_one_global_holdout",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("salt", ""), _negated=True), name="experiment_salted"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at__isnull", True),
                                    ("started_at__isnull", True),
                                    ("ended_at__gte", models.F("started_at")),
                                    _connector="OR",
                                ),
                                name="experiment_ends_after_start",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Arm",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "experiment",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="arms",
                                to="campaigns.experiment",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("position", models.PositiveSmallIntegerField(db_default=0, default=0)),
                        ("share", models.PositiveIntegerField(blank=True, null=True, verbose_name="share")),
                        ("is_control", models.BooleanField(db_default=False, default=False, verbose_name="control")),
                    ],
                    options={
                        "verbose_name": "Arm",
                        "verbose_name_plural": "Arms",
                        "ordering": ["experiment", "position", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("experiment", "name"), name="arm_name_unique"),
                            models.UniqueConstraint(
                                condition=models.Q(("is_control", True)),
                                fields=("experiment",),
                                name="arm_one_control",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("share__isnull", True), ("share__lte", 10000), _connector="OR"),
                                name="arm_share_in_buckets",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Exposure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "experiment",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="exposures",
                                to="campaigns.experiment",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="exposures",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "arm",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="exposures",
                                to="campaigns.arm",
                            ),
                        ),
                        ("exposed_at", models.DateTimeField(verbose_name="exposed at")),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "properties",
                            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                        ),
                        ("withdrawn", models.BooleanField(db_default=False, default=False, verbose_name="withdrawn")),
                    ],
                    options={
                        "verbose_name": "Exposure",
                        "verbose_name_plural": "Exposures",
                        "ordering": ["id"],
                        "indexes": [models.Index(fields=["arm", "exposed_at"], name="exposure_of_arm")],
                        "constraints": [
                            models.UniqueConstraint(fields=("experiment", "customer"), name="exposure_first_wins")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ExposureConflict",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "experiment",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="conflicts",
                                to="campaigns.experiment",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="exposure_conflicts",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "arm",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="conflicts",
                                to="campaigns.arm",
                            ),
                        ),
                        ("exposed_at", models.DateTimeField(verbose_name="exposed at")),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                    ],
                    options={
                        "verbose_name": "Exposure to a second arm",
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("experiment", "customer", "arm"), name="exposureconflict_once_an_arm"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Outcome",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("outcome_id", models.CharField(max_length=200, unique=True, verbose_name="outcome id")),
                        (
                            "experiment",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="outcomes",
                                to="campaigns.experiment",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="outcomes",
                                to="customers.customer",
                            ),
                        ),
                        ("metric", models.CharField(max_length=120, verbose_name="metric")),
                        ("value", models.DecimalField(decimal_places=6, max_digits=24, verbose_name="value")),
                        ("occurred_at", models.DateTimeField(verbose_name="occurred at")),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "properties",
                            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                        ),
                        ("withdrawn", models.BooleanField(db_default=False, default=False, verbose_name="withdrawn")),
                    ],
                    options={
                        "verbose_name": "Outcome",
                        "verbose_name_plural": "Outcomes",
                        "ordering": ["id"],
                        "indexes": [
                            models.Index(fields=["experiment", "metric", "customer"], name="outcome_of_metric")
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Readout",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "experiment",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="readouts",
                                to="campaigns.experiment",
                            ),
                        ),
                        (
                            "control",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="campaigns.arm"
                            ),
                        ),
                        ("as_of", models.DateField(verbose_name="as of")),
                        ("result", models.JSONField(verbose_name="result")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="made at")),
                    ],
                    options={
                        "verbose_name": "Readout",
                        "verbose_name_plural": "Readouts",
                        "ordering": ["-made_at", "-id"],
                        "indexes": [models.Index(fields=["experiment", "-made_at"], name="readout_of_experiment")],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Offer",
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
                        ("code", models.SlugField(max_length=80, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "name_zh",
                            models.CharField(blank=True, default="", max_length=120, verbose_name="Chinese name"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("coupon", "Coupon"),
                                    ("membership_trial", "Membership trial"),
                                    ("service", "Service"),
                                    ("letter", "Personal letter"),
                                    ("points", "Growth points"),
                                ],
                                default="coupon",
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "value",
                            models.DecimalField(
                                db_default=0, decimal_places=2, default=0, max_digits=14, verbose_name="value"
                            ),
                        ),
                        (
                            "minimum_spend",
                            models.DecimalField(
                                db_default=0, decimal_places=2, default=0, max_digits=14, verbose_name="minimum spend"
                            ),
                        ),
                        (
                            "has_codes",
                            models.BooleanField(db_default=True, default=True, verbose_name="has unique codes"),
                        ),
                        (
                            "makes_codes",
                            models.BooleanField(
                                db_default=True, default=True, verbose_name="codes are made when they are needed"
                            ),
                        ),
                        ("limit", models.PositiveIntegerField(blank=True, null=True, verbose_name="most codes")),
                        (
                            "taken",
                            models.PositiveIntegerField(
                                db_default=0, default=0, verbose_name="codes reserved or given"
                            ),
                        ),
                        (
                            "valid_days",
                            models.PositiveIntegerField(db_default=14, default=14, verbose_name="valid for days"),
                        ),
                        (
                            "stacks",
                            models.BooleanField(db_default=False, default=False, verbose_name="adds to other offers"),
                        ),
                        (
                            "audience",
                            models.CharField(
                                choices=[
                                    ("anyone", "Anyone"),
                                    ("new", "New customers: no order yet"),
                                    ("returning", "Returning customers: at least one order"),
                                ],
                                db_default="anyone",
                                default="anyone",
                                max_length=9,
                                verbose_name="for",
                            ),
                        ),
                        ("archived_at", models.DateTimeField(blank=True, null=True, verbose_name="archived at")),
                        ("created_at", models.DateTimeField(verbose_name="created at")),
                        ("updated_at", models.DateTimeField(verbose_name="updated at")),
                    ],
                    options={
                        "verbose_name": "Offer",
                        "verbose_name_plural": "Offers",
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("limit__isnull", True), ("taken__lte", models.F("limit")), _connector="OR"
                                ),
                                name="offer_within_its_budget",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Coupon",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "offer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="coupons",
                                to="campaigns.offer",
                            ),
                        ),
                        ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("free", "Free"),
                                    ("reserved", "Reserved"),
                                    ("committed", "Given"),
                                    ("redeemed", "Redeemed"),
                                ],
                                db_default="free",
                                default="free",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "message",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="coupon",
                                to="campaigns.message",
                            ),
                        ),
                        ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires at")),
                        ("given_at", models.DateTimeField(blank=True, null=True, verbose_name="given at")),
                        ("redeemed_at", models.DateTimeField(blank=True, null=True, verbose_name="redeemed at")),
                    ],
                    options={
                        "verbose_name": "Coupon",
                        "verbose_name_plural": "Coupons",
                        "ordering": ["id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "free")), fields=["offer", "id"], name="coupon_free"
                            )
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="MessageTemplate",
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
                        ("code", models.SlugField(max_length=80, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "name_zh",
                            models.CharField(blank=True, default="", max_length=120, verbose_name="Chinese name"),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "E-mail"),
                                    ("sms", "SMS"),
                                    ("push", "App push"),
                                    ("wecom", "WeCom"),
                                    ("call", "Phone call"),
                                    ("letter", "Letter"),
                                ],
                                max_length=10,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("marketing", "Marketing"),
                                    ("service", "Service"),
                                    ("survey", "Survey"),
                                    ("success", "Success"),
                                ],
                                default="marketing",
                                max_length=10,
                                verbose_name="purpose",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(db_default=0, default=0, verbose_name="version")),
                        ("archived_at", models.DateTimeField(blank=True, null=True, verbose_name="archived at")),
                        ("created_at", models.DateTimeField(verbose_name="created at")),
                        ("updated_at", models.DateTimeField(verbose_name="updated at")),
                    ],
                    options={
                        "verbose_name": "Message template",
                        "verbose_name_plural": "Message templates",
                        "ordering": ["id"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="TemplateVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="campaigns.messagetemplate",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="version")),
                        ("language", models.CharField(max_length=10, verbose_name="language")),
                        ("subject", models.CharField(blank=True, default="", max_length=300, verbose_name="subject")),
                        ("body", models.TextField(verbose_name="text")),
                        (
                            "created_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="created at")),
                    ],
                    options={
                        "verbose_name": "Template version",
                        "ordering": ["template", "-number", "language"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("template", "number", "language"), name="templateversion_unique"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("body", ""), _negated=True), name="templateversion_says_something"
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Campaign",
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
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "name_zh",
                            models.CharField(blank=True, default="", max_length=120, verbose_name="Chinese name"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("win_back", "Graded win-back"),
                                    ("ordinary", "Ordinary campaign"),
                                    ("triggered", "Triggered"),
                                ],
                                default="ordinary",
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("marketing", "Marketing"),
                                    ("service", "Service"),
                                    ("survey", "Survey"),
                                    ("success", "Success"),
                                ],
                                default="marketing",
                                max_length=10,
                                verbose_name="purpose",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("running", "Running"),
                                    ("paused", "Paused"),
                                    ("stopped", "Stopped"),
                                    ("finished", "Finished"),
                                ],
                                db_default="draft",
                                default="draft",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "pause_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("by_hand", "paused by a person"),
                                    ("size_moved", "the audience's size moved since the preview"),
                                    ("bounces", "too many could not be delivered"),
                                    ("complaints", "too many complained"),
                                    ("restored", "the database was restored"),
                                ],
                                default="",
                                max_length=12,
                                verbose_name="why paused",
                            ),
                        ),
                        (
                            "current",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="campaigns.campaignversion",
                            ),
                        ),
                        (
                            "experiment",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="campaign",
                                to="campaigns.experiment",
                            ),
                        ),
                        (
                            "ready",
                            models.BooleanField(db_default=False, default=False, verbose_name="comes with Stay"),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="created at")),
                        ("updated_at", models.DateTimeField(verbose_name="updated at")),
                        ("launched_at", models.DateTimeField(blank=True, null=True, verbose_name="launched at")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                    ],
                    options={
                        "verbose_name": "Campaign",
                        "verbose_name_plural": "Campaigns",
                        "ordering": ["-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "running"), _negated=True),
                                    models.Q(("current__isnull", False), ("launched_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="campaign_runs_what_was_launched",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="CampaignVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="campaigns.campaign",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="version")),
                        (
                            "segment",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="segments.segment",
                            ),
                        ),
                        ("audience", models.JSONField(blank=True, null=True, verbose_name="audience")),
                        (
                            "band_by",
                            models.CharField(
                                choices=[
                                    ("login_gap", "days since the last log-in"),
                                    ("r", "silence in the customer's own rhythm (r)"),
                                ],
                                default="login_gap",
                                max_length=10,
                                verbose_name="tiers by",
                            ),
                        ),
                        ("holdout", models.FloatField(default=0.1, verbose_name="holdout")),
                        ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="starts at")),
                        ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="ends at")),
                        (
                            "useful_hours",
                            models.PositiveIntegerField(db_default=24, default=24, verbose_name="useful for hours"),
                        ),
                        (
                            "worth",
                            models.FloatField(db_default=0.0, default=0.0, verbose_name="worth to the customer"),
                        ),
                        (
                            "budget",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="budget"
                            ),
                        ),
                        ("frozen_at", models.DateTimeField(blank=True, null=True, verbose_name="frozen at")),
                        (
                            "created_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="created at")),
                    ],
                    options={
                        "verbose_name": "Campaign version",
                        "ordering": ["campaign", "-number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("campaign", "number"), name="campaignversion_unique"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("segment__isnull", False), ("audience__isnull", False), _connector="OR"
                                ),
                                name="campaignversion_is_for_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("audience__isnull", True),
                                    models.Q(("audience", {}), _negated=True),
                                    _connector="OR",
                                ),
                                name="campaignversion_audience_not_empty",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("holdout__gte", 0), ("holdout__lt", 1)),
                                name="campaignversion_holdout_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("starts_at__isnull", True),
                                    ("ends_at__isnull", True),
                                    ("ends_at__gt", models.F("starts_at")),
                                    _connector="OR",
                                ),
                                name="campaignversion_window_forward",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Step",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="campaigns.campaignversion",
                            ),
                        ),
                        ("ordinal", models.PositiveSmallIntegerField(verbose_name="step")),
                        ("band_from", models.FloatField(blank=True, null=True, verbose_name="tier from")),
                        ("band_below", models.FloatField(blank=True, null=True, verbose_name="tier below")),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "E-mail"),
                                    ("sms", "SMS"),
                                    ("push", "App push"),
                                    ("wecom", "WeCom"),
                                    ("call", "Phone call"),
                                    ("letter", "Letter"),
                                ],
                                max_length=10,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "content",
                            models.CharField(
                                choices=[
                                    ("offers", "Offers and coupons"),
                                    ("reminders", "Reminders of what you left or may need again"),
                                    ("news", "New products and reading"),
                                    ("membership", "Membership and points"),
                                    ("surveys", "Short questions about how we do"),
                                ],
                                default="offers",
                                max_length=12,
                                verbose_name="content",
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="campaigns.messagetemplate",
                            ),
                        ),
                        (
                            "template_number",
                            models.PositiveIntegerField(blank=True, null=True, verbose_name="template version"),
                        ),
                        (
                            "offer",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="campaigns.offer",
                            ),
                        ),
                        (
                            "delay_minutes",
                            models.PositiveIntegerField(
                                db_default=0, default=0, verbose_name="minutes after enrollment"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Step",
                        "verbose_name_plural": "Steps",
                        "ordering": ["version", "ordinal"],
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "ordinal"), name="step_ordinal_unique"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("band_from__isnull", True),
                                    ("band_below__isnull", True),
                                    ("band_below__gt", models.F("band_from")),
                                    _connector="OR",
                                ),
                                name="step_band_forward",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="LaunchRequest",
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
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="requests",
                                to="campaigns.campaignversion",
                            ),
                        ),
                        ("size", models.PositiveIntegerField(verbose_name="customers")),
                        ("left_out", models.JSONField(default=dict, verbose_name="left out, by reason")),
                        ("by_step", models.JSONField(default=dict, verbose_name="customers by step")),
                        ("of_all", models.PositiveIntegerField(verbose_name="customers in all")),
                        ("as_of", models.DateField(verbose_name="as of")),
                        ("needs_approval", models.BooleanField(verbose_name="needs a second person")),
                        (
                            "requested_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("requested_at", models.DateTimeField(verbose_name="requested at")),
                        (
                            "approved_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved at")),
                        ("launched_at", models.DateTimeField(blank=True, null=True, verbose_name="launched at")),
                    ],
                    options={
                        "verbose_name": "Launch request",
                        "ordering": ["-requested_at", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("approved_by__isnull", True),
                                    models.Q(("approved_by", models.F("requested_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="launchrequest_approved_by_another",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("launched_at__isnull", True),
                                    ("needs_approval", False),
                                    ("approved_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="launchrequest_launched_when_approved",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="CampaignPlan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "campaign",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="plan",
                                to="campaigns.campaign",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="campaigns.campaignversion",
                            ),
                        ),
                        ("as_of", models.DateField()),
                        ("cursor", models.BigIntegerField(db_default=0, default=0)),
                        ("planned_at", models.DateTimeField()),
                        ("canary_until", models.DateTimeField(blank=True, null=True)),
                        ("enrolled", models.PositiveIntegerField(db_default=0, default=0)),
                        ("held_out", models.PositiveIntegerField(db_default=0, default=0)),
                        ("left_out", models.PositiveIntegerField(db_default=0, default=0)),
                        ("messages", models.PositiveIntegerField(db_default=0, default=0)),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "ordering": ["campaign"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Suppression",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "E-mail"),
                                    ("sms", "SMS"),
                                    ("push", "App push"),
                                    ("wecom", "WeCom"),
                                    ("call", "Phone call"),
                                    ("letter", "Letter"),
                                ],
                                max_length=10,
                                verbose_name="channel",
                            ),
                        ),
                        ("digest", models.BinaryField(max_length=32)),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("unsubscribed", "unsubscribed"),
                                    ("complained", "complained"),
                                    ("bounced", "could not be reached"),
                                    ("erased", "erased"),
                                    ("by_hand", "entered by a person"),
                                ],
                                max_length=12,
                                verbose_name="reason",
                            ),
                        ),
                        ("since", models.DateTimeField(verbose_name="since")),
                        ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="lifted at")),
                    ],
                    options={
                        "verbose_name": "Suppression list",
                        "ordering": ["-since", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("lifted_at__isnull", True)),
                                fields=("channel", "digest"),
                                name="suppression_once",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="StopSwitch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="switches",
                                to="campaigns.campaign",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("email", "E-mail"),
                                    ("sms", "SMS"),
                                    ("push", "App push"),
                                    ("wecom", "WeCom"),
                                    ("call", "Phone call"),
                                    ("letter", "Letter"),
                                ],
                                default="",
                                max_length=10,
                                verbose_name="channel",
                            ),
                        ),
                        ("why", models.CharField(blank=True, default="", max_length=300, verbose_name="why")),
                        ("on_at", models.DateTimeField(verbose_name="on since")),
                        (
                            "on_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("off_at", models.DateTimeField(blank=True, null=True, verbose_name="off since")),
                        (
                            "off_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Stop switch",
                        "ordering": ["-on_at", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("off_at__isnull", True)),
                                fields=("campaign", "channel"),
                                name="stopswitch_one_on",
                                nulls_distinct=False,
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Enrollment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="enrollments",
                                to="campaigns.campaign",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="campaigns.campaignversion",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="enrollments",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "arm",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="campaigns.arm",
                            ),
                        ),
                        ("held_out", models.BooleanField(default=False, verbose_name="held out")),
                        ("measure", models.FloatField(blank=True, null=True, verbose_name="days or r when enrolled")),
                        ("enrolled_at", models.DateTimeField(verbose_name="enrolled at")),
                    ],
                    options={
                        "verbose_name": "Enrollment",
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("campaign", "customer"), name="enrollment_once")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Message",
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
                            "enrollment",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="campaigns.enrollment",
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="campaigns.campaign",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="campaigns.step",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "E-mail"),
                                    ("sms", "SMS"),
                                    ("push", "App push"),
                                    ("wecom", "WeCom"),
                                    ("call", "Phone call"),
                                    ("letter", "Letter"),
                                ],
                                max_length=10,
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("marketing", "Marketing"),
                                    ("service", "Service"),
                                    ("survey", "Survey"),
                                    ("success", "Success"),
                                ],
                                max_length=10,
                                verbose_name="purpose",
                            ),
                        ),
                        (
                            "lane",
                            models.CharField(
                                choices=[("campaign", "Campaigns"), ("transactional", "Answers and service")],
                                db_default="campaign",
                                default="campaign",
                                max_length=14,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned"),
                                    ("claimed", "Being prepared"),
                                    ("attempting", "Being sent"),
                                    ("unknown", "Outcome unknown"),
                                    ("not_sent", "Not sent yet"),
                                    ("accepted", "Accepted by the provider"),
                                    ("rejected", "Rejected by the provider"),
                                    ("delivered", "Delivered"),
                                    ("failed", "Could not be delivered"),
                                    ("withheld", "Withheld"),
                                ],
                                db_default="planned",
                                default="planned",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=20,
                                verbose_name="why withheld or waiting",
                            ),
                        ),
                        ("worth", models.FloatField(db_default=0.0, default=0.0)),
                        ("planned_at", models.DateTimeField(verbose_name="planned at")),
                        ("due_at", models.DateTimeField(verbose_name="due at")),
                        ("not_after", models.DateTimeField(verbose_name="not after")),
                        ("claim", models.UUIDField(blank=True, null=True)),
                        ("lease_until", models.DateTimeField(blank=True, null=True)),
                        (
                            "attempts",
                            models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="attempts"),
                        ),
                        (
                            "needs_person",
                            models.BooleanField(db_default=False, default=False, verbose_name="a person decides"),
                        ),
                        ("look_up_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "provider",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=20, verbose_name="provider"
                            ),
                        ),
                        (
                            "provider_id",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=200, verbose_name="provider's id"
                            ),
                        ),
                        ("address_digest", models.BinaryField(blank=True, max_length=32, null=True)),
                        (
                            "template",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="campaigns.templateversion",
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=1000, verbose_name="subject"
                            ),
                        ),
                        ("body", models.TextField(blank=True, db_default="", default="", verbose_name="text")),
                        ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted at")),
                        (
                            "ended_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="delivered or failed at"),
                        ),
                        ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="opened at")),
                        ("clicked_at", models.DateTimeField(blank=True, null=True, verbose_name="clicked at")),
                        ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                        ("complained_at", models.DateTimeField(blank=True, null=True, verbose_name="complained at")),
                    ],
                    options={
                        "verbose_name": "Message",
                        "verbose_name_plural": "Messages",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["planned", "not_sent"])),
                                fields=["lane", "due_at", "id"],
                                name="message_due",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["claimed", "attempting"])),
                                fields=["lease_until"],
                                name="message_leased",
                            ),
                            models.Index(
                                condition=models.Q(("state", "unknown")),
                                fields=["look_up_at", "id"],
                                name="message_unknown",
                            ),
                            models.Index(fields=["campaign", "state"], name="message_of_campaign"),
                            models.Index(fields=["customer", "id"], name="message_of_customer"),
                            models.Index(
                                condition=models.Q(("provider_id", ""), _negated=True),
                                fields=["provider", "provider_id"],
                                name="message_at_provider",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("enrollment", "step"), name="message_one_a_step"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["claimed", "attempting"]), _negated=True),
                                    models.Q(("claim__isnull", False), ("lease_until__isnull", False)),
                                    _connector="OR",
                                ),
                                name="message_held_under_a_lease",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tries",
                                to="campaigns.message",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("claim", models.UUIDField()),
                        ("provider", models.CharField(max_length=20)),
                        ("began_at", models.DateTimeField(verbose_name="began at")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("accepted", "accepted"),
                                    ("rejected", "rejected"),
                                    ("unknown", "unknown"),
                                    ("not_sent", "not sent"),
                                ],
                                default="",
                                max_length=8,
                                verbose_name="outcome",
                            ),
                        ),
                        (
                            "code",
                            models.CharField(blank=True, default="", max_length=80, verbose_name="provider's word"),
                        ),
                    ],
                    options={
                        "verbose_name": "Attempt",
                        "ordering": ["message", "number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("message", "number"), name="attempt_number_unique")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Receipt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("provider", models.CharField(max_length=20)),
                        ("event_id", models.CharField(max_length=200)),
                        ("raw", models.TextField()),
                        ("received_at", models.DateTimeField(verbose_name="received at")),
                        ("processed_at", models.DateTimeField(blank=True, null=True, verbose_name="processed at")),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="receipts",
                                to="campaigns.message",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("accepted", "Accepted"),
                                    ("delivered", "Delivered"),
                                    ("failed", "Could not be delivered"),
                                    ("opened", "Opened"),
                                    ("clicked", "Clicked"),
                                    ("replied", "Answered"),
                                    ("complained", "Marked as spam"),
                                    ("unsubscribed", "Unsubscribed"),
                                ],
                                default="",
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("occurred_at", models.DateTimeField(blank=True, null=True, verbose_name="occurred at")),
                        ("robot", models.BooleanField(null=True, verbose_name="by a robot")),
                        ("problem", models.CharField(blank=True, default="", max_length=80)),
                    ],
                    options={
                        "verbose_name": "Receipt",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("processed_at__isnull", True)),
                                fields=["id"],
                                name="receipt_waiting",
                            )
                        ],
                        "constraints": [models.UniqueConstraint(fields=("provider", "event_id"), name="receipt_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="decisions",
                                to="campaigns.campaign",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="decisions",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="campaigns.step",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="decisions",
                                to="campaigns.message",
                            ),
                        ),
                        (
                            "verdict",
                            models.CharField(
                                choices=[("yes", "Yes"), ("no", "No"), ("later", "Later")],
                                max_length=5,
                                verbose_name="decided",
                            ),
                        ),
                        (
                            "reasons",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), size=None, verbose_name="reasons"
                            ),
                        ),
                        (
                            "evidence",
                            models.JSONField(
                                db_default=models.Value({}, models.JSONField()), default=dict, verbose_name="evidence"
                            ),
                        ),
                        ("decided_at", models.DateTimeField(verbose_name="decided at")),
                    ],
                    options={
                        "verbose_name": "Decision",
                        "ordering": ["-decided_at", "-id"],
                        "indexes": [
                            models.Index(fields=["customer", "-decided_at"], name="decision_of_customer"),
                            models.Index(fields=["campaign", "verdict"], name="decision_of_campaign"),
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="CostEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="costs",
                                to="campaigns.campaign",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="costs",
                                to="campaigns.message",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("message", "Message"),
                                    ("benefit", "Benefit"),
                                    ("minutes", "Minutes of people"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=4, max_digits=14, verbose_name="amount")),
                        ("occurred_at", models.DateTimeField(verbose_name="occurred at")),
                        ("source_key", models.CharField(max_length=80, unique=True)),
                    ],
                    options={
                        "verbose_name": "Cost",
                        "ordering": ["id"],
                        "indexes": [models.Index(fields=["campaign", "kind"], name="cost_of_campaign")],
                        "constraints": [],
                    },
                ),
            ],
        ),
    ]
