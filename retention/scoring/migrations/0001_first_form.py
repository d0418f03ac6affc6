import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import retention.common.create_tables
import retention.common.ids
import retention.scoring.models.scores


class Migration(migrations.Migration):
    """The tables as the migrations that it replaces leave them, for a new database; an older one goes through those."""

    replaces = [
        ("scoring", "0001_scores"),
        ("scoring", "0002_locks_as_leases"),
        ("scoring", "0003_count_flows"),
        ("scoring", "0004_schedule_in_public"),
        ("scoring", "0005_churn_model"),
        ("scoring", "0006_run_can_be_stopped"),
        ("scoring", "0007_fewer_indexes_on_scores"),
        ("scoring", "0008_threshold_beside"),
        ("scoring", "0009_gone_stays"),
        ("scoring", "0010_own_scorecards"),
        ("scoring", "0011_trend_books"),
        ("scoring", "0012_details_of_models"),
        ("scoring", "0013_refreshes"),
        ("scoring", "0014_partial_score_indexes"),
        ("scoring", "0015_paid_terms"),
        ("scoring", "0016_one_index_each"),
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
                    name="ScoreRun",
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
                        ("as_of", models.DateField(verbose_name="as of")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("full", "Full"), ("refresh", "Refresh")],
                                db_default="full",
                                default="full",
                                max_length=8,
                                verbose_name="kind of run",
                            ),
                        ),
                        (
                            "base",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="refreshes",
                                to="scoring.scorerun",
                            ),
                        ),
                        ("scored_on", models.DateField(blank=True, null=True, verbose_name="scored in full as of")),
                        ("known_at", models.DateTimeField(blank=True, null=True, verbose_name="known at")),
                        ("policy_at", models.DateTimeField(blank=True, null=True, verbose_name="policies of")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("failed", "Failed"),
                                    ("replaced", "Replaced by a newer run"),
                                    ("stopped", "Stopped"),
                                ],
                                default="queued",
                                max_length=8,
                                verbose_name="status",
                            ),
                        ),
                        ("is_current", models.BooleanField(default=False, verbose_name="in force")),
                        (
                            "fingerprint",
                            models.CharField(blank=True, default="", max_length=64, verbose_name="fingerprint"),
                        ),
                        ("plan", models.JSONField(default=dict)),
                        ("summary", models.JSONField(default=dict)),
                        ("seen", models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict)),
                        ("customers", models.PositiveIntegerField(default=0, verbose_name="customers")),
                        ("shards", models.PositiveIntegerField(default=0)),
                        ("message", models.TextField(blank=True, default="", verbose_name="message")),
                        (
                            "scheduled",
                            models.BooleanField(db_default=False, default=False, verbose_name="by schedule"),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("requested_at", models.DateTimeField(verbose_name="requested at")),
                        ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="started at")),
                        ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                    ],
                    options={
                        "verbose_name": "Score run",
                        "verbose_name_plural": "Score runs",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(fields=["as_of", "id"], name="scorerun_by_date"),
                            models.Index(fields=["status", "id"], name="scorerun_by_status"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("is_current", True)),
                                fields=("is_current",),
                                name="scorerun_one_current",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("scheduled", True), models.Q(("status", "failed"), _negated=True)),
                                fields=("as_of",),
                                name="scorerun_scheduled_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScoreShard",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pieces",
                                to="scoring.scorerun",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("low", models.BigIntegerField()),
                        ("high", models.BigIntegerField()),
                        (
                            "status",
                            models.CharField(
                                choices=[("waiting", "Waiting"), ("done", "Done")], default="waiting", max_length=8
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("customers", models.PositiveIntegerField(default=0)),
                        ("digest", models.CharField(blank=True, default="", max_length=64)),
                        ("summary", models.JSONField(default=dict)),
                    ],
                    options={
                        "ordering": ["run", "number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("run", "number"), name="scoreshard_number_unique")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="CardMember",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "run", "customer_id", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="scoring.scorerun",
                            ),
                        ),
                        ("customer_id", models.BigIntegerField()),
                        ("place", models.PositiveSmallIntegerField()),
                    ],
                    options={
                        "ordering": ["run", "customer_id"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Restated",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "run", "customer", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="restated",
                                to="scoring.scorerun",
                            ),
                        ),
                        ("customer", models.BigIntegerField()),
                        ("news", models.BooleanField()),
                    ],
                    options={
                        "ordering": ["run", "customer"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="PaidTerms",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "run", "customer", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="scoring.scorerun",
                            ),
                        ),
                        ("customer", models.BigIntegerField()),
                        ("mark", models.BigIntegerField()),
                        ("first_on", models.DateField()),
                    ],
                    options={
                        "ordering": ["run", "customer"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="ScoreModel",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="models",
                                to="scoring.scorerun",
                            ),
                        ),
                        ("name", models.CharField(max_length=20, verbose_name="model")),
                        ("parameters", models.JSONField(verbose_name="parameters")),
                        ("relative_errors", models.JSONField(default=list)),
                        ("log_likelihood", models.FloatField(null=True, verbose_name="log-likelihood")),
                        ("identified", models.BooleanField(verbose_name="identified")),
                        ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                        ("customers", models.PositiveIntegerField(verbose_name="customers")),
                        ("repeat_customers", models.PositiveIntegerField(verbose_name="repeat customers")),
                        ("details", models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict)),
                        ("holdout", models.JSONField(default=dict)),
                    ],
                    options={
                        "verbose_name": "Model",
                        "verbose_name_plural": "Models",
                        "ordering": ["run", "name"],
                        "constraints": [
                            models.UniqueConstraint(fields=("run", "name"), name="scoremodel_name_unique")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="ChurnCard",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "run",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="churn",
                                to="scoring.scorerun",
                            ),
                        ),
                        ("is_model", models.BooleanField(verbose_name="by a model")),
                        ("card", models.JSONField(default=dict, verbose_name="card")),
                    ],
                    options={
                        "verbose_name": "Churn model",
                        "verbose_name_plural": "Churn models",
                        "ordering": ["run"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="PoolSpell",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="spells",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "pool",
                            models.CharField(
                                choices=[
                                    ("active", "Active"),
                                    ("at_risk", "At risk"),
                                    ("hibernating", "Hibernating"),
                                    ("lost", "Lost"),
                                    ("gone", "Gone for good"),
                                ],
                                max_length=12,
                                verbose_name="pool",
                            ),
                        ),
                        ("entered_on", models.DateField(verbose_name="from")),
                        ("left_on", models.DateField(blank=True, null=True, verbose_name="to")),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("first", "First purchase or visit"),
                                    ("silence", "Kept silent"),
                                    ("order", "Bought again"),
                                    ("log_in", "Logged in again"),
                                ],
                                max_length=10,
                                verbose_name="why",
                            ),
                        ),
                        (
                            "came_from",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("active", "Active"),
                                    ("at_risk", "At risk"),
                                    ("hibernating", "Hibernating"),
                                    ("lost", "Lost"),
                                    ("gone", "Gone for good"),
                                ],
                                default="",
                                max_length=12,
                                verbose_name="came from",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Time in a pool",
                        "ordering": ["customer", "entered_on"],
                        "indexes": [models.Index(fields=["entered_on", "pool"], name="poolspell_by_entry")],
                        "constraints": [
                            models.UniqueConstraint(fields=("customer", "entered_on"), name="poolspell_unique"),
                            models.UniqueConstraint(
                                condition=models.Q(("left_on", None)), fields=("customer",), name="poolspell_one_open"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("left_on", None), ("left_on__gt", models.F("entered_on")), _connector="OR"
                                ),
                                name="poolspell_ends_after_start",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PoolMove",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="moves",
                                to="scoring.scorerun",
                            ),
                        ),
                        ("customer", models.BigIntegerField()),
                        ("pool", models.CharField(max_length=12)),
                        ("entered_on", models.DateField(null=True)),
                        ("left_on", models.DateField(null=True)),
                        ("reason", models.CharField(max_length=10)),
                        ("came_from", models.CharField(default="", max_length=12)),
                    ],
                    options={
                        "ordering": ["run", "customer", "entered_on"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="PoolFlow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        (
                            "came_from",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("active", "Active"),
                                    ("at_risk", "At risk"),
                                    ("hibernating", "Hibernating"),
                                    ("lost", "Lost"),
                                    ("gone", "Gone for good"),
                                ],
                                default="",
                                max_length=12,
                                verbose_name="came from",
                            ),
                        ),
                        (
                            "pool",
                            models.CharField(
                                choices=[
                                    ("active", "Active"),
                                    ("at_risk", "At risk"),
                                    ("hibernating", "Hibernating"),
                                    ("lost", "Lost"),
                                    ("gone", "Gone for good"),
                                ],
                                max_length=12,
                                verbose_name="pool",
                            ),
                        ),
                        ("customers", models.PositiveIntegerField(verbose_name="customers")),
                    ],
                    options={
                        "verbose_name": "Flow between pools",
                        "ordering": ["day", "came_from", "pool"],
                        "constraints": [
                            models.UniqueConstraint(fields=("day", "came_from", "pool"), name="poolflow_unique")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="GoneStay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="gone_stays",
                                to="customers.customer",
                            ),
                        ),
                        ("entered_on", models.DateField(verbose_name="from")),
                        ("left_on", models.DateField(blank=True, null=True, verbose_name="to")),
                    ],
                    options={
                        "verbose_name": "Time gone for good",
                        "ordering": ["customer", "entered_on"],
                        "constraints": [
                            models.UniqueConstraint(fields=("customer", "entered_on"), name="gonestay_unique"),
                            models.UniqueConstraint(
                                condition=models.Q(("left_on", None)), fields=("customer",), name="gonestay_one_open"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("left_on", None), ("left_on__gt", models.F("entered_on")), _connector="OR"
                                ),
                                name="gonestay_ends_after_start",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="ScoreHistory",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="score_history",
                                to="customers.customer",
                            ),
                        ),
                        ("as_of", models.DateField(verbose_name="as of")),
                        (
                            "pool",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("active", "Active"),
                                    ("at_risk", "At risk"),
                                    ("hibernating", "Hibernating"),
                                    ("lost", "Lost"),
                                    ("gone", "Gone for good"),
                                ],
                                default="",
                                max_length=12,
                                verbose_name="pool",
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("new", "New"),
                                    ("growing", "Growing"),
                                    ("mature", "Mature"),
                                    ("returned", "Returned"),
                                ],
                                default="",
                                max_length=8,
                                verbose_name="stage",
                            ),
                        ),
                        (
                            "tier",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("key_value", "Key, value"),
                                    ("key_grow", "Key, grow"),
                                    ("key_keep", "Key, keep"),
                                    ("key_save", "Key, save"),
                                    ("general_value", "General, value"),
                                    ("general_grow", "General, grow"),
                                    ("general_keep", "General, keep"),
                                    ("general_save", "General, save"),
                                ],
                                default="",
                                max_length=16,
                                verbose_name="value tier",
                            ),
                        ),
                        ("health", models.FloatField(null=True, verbose_name="health")),
                        (
                            "health_band",
                            models.CharField(
                                blank=True,
                                choices=[("healthy", "Healthy"), ("watch", "Watch"), ("risk", "Risk")],
                                default="",
                                max_length=8,
                                verbose_name="health",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Score history",
                        "ordering": ["customer", "as_of"],
                        "constraints": [
                            models.UniqueConstraint(fields=("customer", "as_of"), name="scorehistory_unique")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="CustomerScore",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "customer", "run", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="scores",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="scores",
                                to="scoring.scorerun",
                            ),
                        ),
                        ("as_of", models.DateField(verbose_name="as of")),
                        ("frequency", models.PositiveIntegerField(null=True, verbose_name="repeat purchases")),
                        ("recency", models.FloatField(null=True, verbose_name="recency")),
                        ("t", models.FloatField(null=True, verbose_name="age")),
                        ("monetary_value", models.FloatField(null=True, verbose_name="value of a purchase")),
                        ("p_alive", models.FloatField(null=True, verbose_name="probability alive")),
                        ("expected_90d", models.FloatField(null=True, verbose_name="purchases expected in 90 days")),
                        ("return_12m", models.FloatField(null=True, verbose_name="chance of return in 12 months")),
                        ("clv", models.FloatField(null=True, verbose_name="lifetime value")),
                        ("churn_probability", models.FloatField(null=True, verbose_name="churn probability")),
                        (
                            "churn_why",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=retention.scoring.models.scores.RealField(), null=True, size=6
                            ),
                        ),
                        ("r_score", models.PositiveSmallIntegerField(null=True, verbose_name="R")),
                        ("f_score", models.PositiveSmallIntegerField(null=True, verbose_name="F")),
                        ("m_score", models.PositiveSmallIntegerField(null=True, verbose_name="M")),
                        (
                            "tier",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("key_value", "Key, value"),
                                    ("key_grow", "Key, grow"),
                                    ("key_keep", "Key, keep"),
                                    ("key_save", "Key, save"),
                                    ("general_value", "General, value"),
                                    ("general_grow", "General, grow"),
                                    ("general_keep", "General, keep"),
                                    ("general_save", "General, save"),
                                ],
                                default="",
                                max_length=16,
                                verbose_name="value tier",
                            ),
                        ),
                        ("high_value", models.BooleanField(default=False, verbose_name="high value")),
                        (
                            "clock",
                            models.CharField(
                                choices=[("purchase", "Purchases"), ("visit", "Visits")],
                                max_length=8,
                                verbose_name="clock",
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="customers.category",
                            ),
                        ),
                        (
                            "purchase_silence",
                            models.PositiveIntegerField(null=True, verbose_name="days since the last order"),
                        ),
                        ("visit_silence", models.PositiveIntegerField(null=True, verbose_name="log-in gap")),
                        ("threshold_days", models.FloatField(null=True, verbose_name="silence threshold")),
                        (
                            "threshold_source",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("observed", "Learned from its own gaps"),
                                    ("parent", "Taken from the level above"),
                                    ("floor", "Preset: too few gaps"),
                                    ("override", "Set by hand"),
                                ],
                                default="",
                                max_length=8,
                            ),
                        ),
                        ("r", models.FloatField(null=True, verbose_name="silence ÷ threshold")),
                        ("purchase_r", models.FloatField(null=True)),
                        ("visit_r", models.FloatField(null=True)),
                        (
                            "pool",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("active", "Active"),
                                    ("at_risk", "At risk"),
                                    ("hibernating", "Hibernating"),
                                    ("lost", "Lost"),
                                    ("gone", "Gone for good"),
                                ],
                                default="",
                                max_length=12,
                                verbose_name="pool",
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("new", "New"),
                                    ("growing", "Growing"),
                                    ("mature", "Mature"),
                                    ("returned", "Returned"),
                                ],
                                default="",
                                max_length=8,
                                verbose_name="stage",
                            ),
                        ),
                        (
                            "false_churn",
                            models.CharField(blank=True, default="", max_length=24, verbose_name="false churn"),
                        ),
                        ("health", models.FloatField(null=True, verbose_name="health")),
                        (
                            "health_band",
                            models.CharField(
                                blank=True,
                                choices=[("healthy", "Healthy"), ("watch", "Watch"), ("risk", "Risk")],
                                default="",
                                max_length=8,
                                verbose_name="health",
                            ),
                        ),
                        (
                            "health_cap",
                            models.CharField(blank=True, default="", max_length=20, verbose_name="held down by"),
                        ),
                        (
                            "health_card",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=32, verbose_name="scorecard"
                            ),
                        ),
                        (
                            "health_x",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=retention.scoring.models.scores.RealField(), size=12
                            ),
                        ),
                        ("health_absence", models.CharField(default="", max_length=12)),
                        ("due_on", models.DateField(null=True)),
                    ],
                    options={
                        "verbose_name": "Customer score",
                        "verbose_name_plural": "Customer scores",
                        "ordering": ["customer"],
                        "indexes": [
                            models.Index(fields=["run", "pool", "customer"], name="score_by_pool"),
                            models.Index(
                                condition=models.Q(("health__isnull", False)),
                                fields=["run", "health", "customer"],
                                name="score_by_health",
                            ),
                            models.Index(
                                condition=models.Q(("due_on__isnull", False)),
                                fields=["run", "due_on"],
                                name="score_by_due",
                            ),
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="AccountScore",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "account", "run", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="scores",
                                to="customers.account",
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="account_scores",
                                to="scoring.scorerun",
                            ),
                        ),
                        ("as_of", models.DateField(verbose_name="as of")),
                        ("health", models.FloatField(null=True, verbose_name="health")),
                        (
                            "health_band",
                            models.CharField(
                                blank=True,
                                choices=[("healthy", "Healthy"), ("watch", "Watch"), ("risk", "Risk")],
                                default="",
                                max_length=8,
                                verbose_name="health",
                            ),
                        ),
                        (
                            "health_cap",
                            models.CharField(blank=True, default="", max_length=20, verbose_name="held down by"),
                        ),
                        (
                            "health_card",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=32, verbose_name="scorecard"
                            ),
                        ),
                        (
                            "health_x",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=retention.scoring.models.scores.RealField(), size=12
                            ),
                        ),
                        ("health_absence", models.CharField(default="", max_length=12)),
                        ("users_active", models.PositiveIntegerField(default=0, verbose_name="active users")),
                        ("seats", models.PositiveIntegerField(null=True, verbose_name="seats")),
                        ("last_login_on", models.DateField(null=True, verbose_name="last log-in")),
                        ("renews_on", models.DateField(null=True, verbose_name="renewal")),
                    ],
                    options={
                        "verbose_name": "Account score",
                        "verbose_name_plural": "Account scores",
                        "ordering": ["account"],
                        "indexes": [models.Index(fields=["run", "health", "account"], name="accountscore_by_health")],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="SilenceThreshold",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="thresholds",
                                to="scoring.scorerun",
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="thresholds",
                                to="customers.category",
                            ),
                        ),
                        (
                            "clock",
                            models.CharField(
                                choices=[("purchase", "Purchases"), ("visit", "Visits")],
                                max_length=8,
                                verbose_name="clock",
                            ),
                        ),
                        ("days", models.FloatField(verbose_name="threshold")),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("observed", "Learned from its own gaps"),
                                    ("parent", "Taken from the level above"),
                                    ("floor", "Preset: too few gaps"),
                                    ("override", "Set by hand"),
                                ],
                                max_length=8,
                                verbose_name="source",
                            ),
                        ),
                        ("gaps", models.PositiveIntegerField(verbose_name="gaps")),
                        ("open_gaps", models.PositiveIntegerField(verbose_name="open gaps")),
                        ("customers", models.PositiveIntegerField(verbose_name="customers")),
                        ("p50", models.FloatField(null=True)),
                        ("p90", models.FloatField(null=True)),
                        ("interval_low", models.FloatField(null=True)),
                        ("interval_high", models.FloatField(null=True)),
                        ("km_p50", models.FloatField(null=True)),
                        ("km_p90", models.FloatField(null=True)),
                        ("pooled", models.JSONField(null=True)),
                        ("drift", models.JSONField(null=True)),
                    ],
                    options={
                        "verbose_name": "Silence threshold",
                        "verbose_name_plural": "Silence thresholds",
                        "ordering": ["run", "category", "clock"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("run", "category", "clock"), name="threshold_unique", nulls_distinct=False
                            ),
                            models.CheckConstraint(condition=models.Q(("days__gt", 0)), name="threshold_positive"),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="ThresholdOverride",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="overrides",
                                to="customers.category",
                            ),
                        ),
                        (
                            "clock",
                            models.CharField(
                                choices=[("purchase", "Purchases"), ("visit", "Visits")],
                                default="purchase",
                                max_length=8,
                                verbose_name="clock",
                            ),
                        ),
                        ("days", models.FloatField(verbose_name="threshold")),
                        ("reason", models.CharField(max_length=300, verbose_name="reason")),
                        (
                            "set_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="threshold_overrides",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("set_at", models.DateTimeField(verbose_name="set at")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                    ],
                    options={
                        "verbose_name": "Threshold set by hand",
                        "ordering": ["-set_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("category", "clock"),
                                name="override_one_in_force",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(condition=models.Q(("days__gt", 0)), name="override_positive"),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="override_has_reason"
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="TrendDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField(unique=True, verbose_name="day")),
                        ("active", models.PositiveIntegerField(default=0)),
                        ("at_risk", models.PositiveIntegerField(default=0)),
                        ("hibernating", models.PositiveIntegerField(default=0)),
                        ("lost", models.PositiveIntegerField(default=0)),
                        ("gone", models.PositiveIntegerField(default=0)),
                        ("entered_lost", models.PositiveIntegerField(default=0)),
                        ("customers", models.PositiveIntegerField(null=True)),
                        ("a", models.PositiveBigIntegerField(null=True)),
                        ("b", models.PositiveBigIntegerField(null=True)),
                        ("aa", models.PositiveBigIntegerField(null=True)),
                        ("ab", models.PositiveBigIntegerField(null=True)),
                        ("bb", models.PositiveBigIntegerField(null=True)),
                    ],
                    options={
                        "verbose_name": "Trends of a day",
                        "verbose_name_plural": "Trends of a day",
                        "ordering": ["day"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="CohortMonth",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("cohort", models.DateField(verbose_name="joined in")),
                        ("month", models.DateField(verbose_name="month")),
                        ("active", models.PositiveIntegerField(default=0)),
                        ("buyers", models.PositiveIntegerField(default=0)),
                        ("payers", models.PositiveIntegerField(default=0)),
                        ("revenue", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                    ],
                    options={
                        "verbose_name": "Cohort in a month",
                        "verbose_name_plural": "Cohort in a month",
                        "ordering": ["cohort", "month"],
                        "constraints": [
                            models.UniqueConstraint(fields=("month", "cohort"), name="cohortmonth_unique")
                        ],
                        "indexes": [],
                    },
                ),
            ],
        ),
    ]
