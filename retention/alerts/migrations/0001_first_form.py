import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import retention.common.create_tables
import retention.common.ids


class Migration(migrations.Migration):
    """The tables as the migrations that it replaces leave them, for a new database; an older one goes through those."""

    replaces = [
        ("alerts", "0001_alerts"),
        ("alerts", "0002_one_index_each"),
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
                    name="Monitor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                        ("enabled", models.BooleanField(default=True, verbose_name="watches")),
                        (
                            "urgency",
                            models.CharField(
                                choices=[("high", "High"), ("medium", "Medium"), ("low", "Low")],
                                default="medium",
                                max_length=8,
                                verbose_name="urgency",
                            ),
                        ),
                        (
                            "owner_role",
                            models.CharField(
                                choices=[
                                    ("operator", "Operator"),
                                    ("admin", "Admin"),
                                    ("csm", "CSM"),
                                    ("support", "Support agent"),
                                    ("marketer", "Marketer"),
                                    ("viewer", "Viewer"),
                                ],
                                default="marketer",
                                max_length=16,
                                verbose_name="owner",
                            ),
                        ),
                        ("responses", models.JSONField(default=list, verbose_name="responses")),
                    ],
                    options={
                        "verbose_name": "Monitor",
                        "verbose_name_plural": "Monitors",
                        "ordering": ["id"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="MonitorReading",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "monitor",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="readings",
                                to="alerts.monitor",
                            ),
                        ),
                        ("as_of", models.DateField(verbose_name="as of")),
                        ("value", models.FloatField(null=True, verbose_name="value")),
                        ("threshold", models.FloatField(null=True, verbose_name="threshold")),
                        ("fired", models.BooleanField(default=False, verbose_name="fires")),
                        (
                            "quiet",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("too_few", "Too few"),
                                    ("data_missing", "Data missing"),
                                    ("not_scored", "Not scored"),
                                ],
                                default="",
                                max_length=16,
                                verbose_name="silent because",
                            ),
                        ),
                        ("sample", models.PositiveIntegerField(default=0, verbose_name="sample")),
                        ("minimum", models.PositiveIntegerField(default=0, verbose_name="minimum")),
                        ("evidence", models.JSONField(default=dict)),
                    ],
                    options={
                        "verbose_name": "Reading",
                        "ordering": ["monitor", "as_of"],
                        "constraints": [
                            models.UniqueConstraint(fields=("monitor", "as_of"), name="monitorreading_one_a_day")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Alert",
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
                            "monitor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="alerts", to="alerts.monitor"
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(
                                choices=[
                                    ("tenant", "The whole business"),
                                    ("customer", "Customer"),
                                    ("account", "Account"),
                                    ("category", "Category"),
                                ],
                                default="tenant",
                                max_length=8,
                                verbose_name="about",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="alerts",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="alerts",
                                to="customers.account",
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="alerts",
                                to="customers.category",
                            ),
                        ),
                        ("cause", models.CharField(max_length=80, verbose_name="cause")),
                        (
                            "urgency",
                            models.CharField(
                                choices=[("high", "High"), ("medium", "Medium"), ("low", "Low")],
                                max_length=8,
                                verbose_name="urgency",
                            ),
                        ),
                        (
                            "reach",
                            models.CharField(
                                choices=[("many", "Many"), ("some", "Some"), ("few", "Few")],
                                max_length=8,
                                verbose_name="reach",
                            ),
                        ),
                        (
                            "priority",
                            models.CharField(
                                choices=[("high", "High"), ("medium", "Medium"), ("low", "Low")],
                                max_length=8,
                                verbose_name="priority",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("acknowledged", "Taken"),
                                    ("snoozed", "Snoozed"),
                                    ("resolved", "Resolved"),
                                ],
                                default="open",
                                max_length=12,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "owner_role",
                            models.CharField(
                                choices=[
                                    ("operator", "Operator"),
                                    ("admin", "Admin"),
                                    ("csm", "CSM"),
                                    ("support", "Support agent"),
                                    ("marketer", "Marketer"),
                                    ("viewer", "Viewer"),
                                ],
                                max_length=16,
                                verbose_name="owner",
                            ),
                        ),
                        ("evidence", models.JSONField(default=dict, verbose_name="evidence")),
                        ("affected", models.PositiveIntegerField(default=0, verbose_name="customers affected")),
                        ("found_count", models.PositiveIntegerField(default=1, verbose_name="times found")),
                        ("first_found_on", models.DateField(verbose_name="first found")),
                        ("last_found_on", models.DateField(verbose_name="last found")),
                        ("opened_at", models.DateTimeField(verbose_name="opened at")),
                        (
                            "taken_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="taken by",
                            ),
                        ),
                        ("taken_at", models.DateTimeField(blank=True, null=True, verbose_name="taken at")),
                        ("snoozed_until", models.DateField(blank=True, null=True, verbose_name="snoozed until")),
                        ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="resolved at")),
                        (
                            "resolution",
                            models.CharField(blank=True, default="", max_length=400, verbose_name="cause found"),
                        ),
                    ],
                    options={
                        "verbose_name": "Alert",
                        "verbose_name_plural": "Alerts",
                        "ordering": ["-opened_at", "-id"],
                        "indexes": [
                            models.Index(fields=["opened_at", "id"], name="alert_by_opening"),
                            models.Index(fields=["status", "snoozed_until"], name="alert_by_status"),
                            models.Index(fields=["customer", "monitor"], name="alert_of_customer"),
                            models.Index(fields=["account"], name="alert_of_account"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("status__in", ("open", "acknowledged", "snoozed"))),
                                fields=("monitor", "customer", "account", "category", "cause"),
                                name="alert_one_living",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("subject", "tenant"),
                                        ("customer__isnull", True),
                                        ("account__isnull", True),
                                        ("category__isnull", True),
                                    ),
                                    models.Q(
                                        ("subject", "customer"),
                                        ("customer__isnull", False),
                                        ("account__isnull", True),
                                        ("category__isnull", True),
                                    ),
                                    models.Q(
                                        ("subject", "account"),
                                        ("customer__isnull", True),
                                        ("account__isnull", False),
                                        ("category__isnull", True),
                                    ),
                                    models.Q(
                                        ("subject", "category"),
                                        ("customer__isnull", True),
                                        ("account__isnull", True),
                                        ("category__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="alert_of_its_subject",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "snoozed"), _negated=True),
                                    ("snoozed_until__isnull", False),
                                    _connector="OR",
                                ),
                                name="alert_snoozed_until_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("resolved_at__isnull", False), ("status", "resolved")),
                                    models.Q(
                                        models.Q(("status", "resolved"), _negated=True), ("resolved_at__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="alert_resolved_at_some_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AlertEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "alert",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="alerts.alert"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("opened", "Opened"),
                                    ("acknowledged", "Taken"),
                                    ("snoozed", "Snoozed"),
                                    ("woke", "Woke up"),
                                    ("resolved", "Resolved"),
                                    ("reopened", "Reopened"),
                                    ("breached", "Clock ran out"),
                                    ("escalated", "Escalated to the admins"),
                                    ("responded", "Response done"),
                                    ("failed", "Response failed"),
                                    ("retried", "Response tried again"),
                                ],
                                max_length=12,
                                verbose_name="what",
                            ),
                        ),
                        (
                            "actor",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("text", models.CharField(blank=True, default="", max_length=400)),
                        ("until", models.DateField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name": "Alert history",
                        "ordering": ["alert", "at", "id"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Clock",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "alert",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="clocks", to="alerts.alert"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("take", "To be taken by a person")],
                                default="take",
                                max_length=8,
                                verbose_name="for",
                            ),
                        ),
                        ("started_at", models.DateTimeField(verbose_name="started at")),
                        ("deadline", models.DateTimeField(verbose_name="deadline")),
                        ("met_at", models.DateTimeField(blank=True, null=True, verbose_name="met at")),
                        ("breached_at", models.DateTimeField(blank=True, null=True, verbose_name="breached at")),
                    ],
                    options={
                        "verbose_name": "Clock",
                        "ordering": ["deadline", "id"],
                        "indexes": [
                            models.Index(fields=["met_at", "breached_at", "deadline"], name="clock_by_deadline")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("met_at__isnull", True)),
                                fields=("alert", "kind"),
                                name="clock_one_running",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("deadline__gte", models.F("started_at"))),
                                name="clock_runs_forward",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Response",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "alert",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="responses",
                                to="alerts.alert",
                            ),
                        ),
                        ("code", models.CharField(max_length=60, verbose_name="response")),
                        ("option", models.CharField(blank=True, default="", max_length=120)),
                        (
                            "status",
                            models.CharField(
                                choices=[("waiting", "Waiting"), ("done", "Done"), ("failed", "Failed")],
                                default="waiting",
                                max_length=8,
                                verbose_name="status",
                            ),
                        ),
                        ("url", models.CharField(blank=True, default="", max_length=400)),
                        (
                            "error",
                            models.CharField(blank=True, default="", max_length=400, verbose_name="what went wrong"),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                        ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done at")),
                    ],
                    options={
                        "verbose_name": "Response",
                        "ordering": ["alert", "id"],
                        "indexes": [models.Index(fields=["status", "id"], name="response_by_status")],
                        "constraints": [
                            models.UniqueConstraint(fields=("alert", "code", "option"), name="response_once_per_alert")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "alert",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to="alerts.alert",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("opened", "An alert opened"), ("escalated", "Nobody took an alert in time")],
                                max_length=10,
                                verbose_name="why",
                            ),
                        ),
                        (
                            "clock",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="alerts.clock",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("due", "Due"),
                                    ("sending", "Being sent"),
                                    ("sent", "Sent"),
                                    ("failed", "Failed"),
                                    ("unknown", "Unknown"),
                                ],
                                default="due",
                                max_length=8,
                                verbose_name="status",
                            ),
                        ),
                        ("due_at", models.DateTimeField(verbose_name="due at")),
                        ("begun_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "error",
                            models.CharField(blank=True, default="", max_length=200, verbose_name="what went wrong"),
                        ),
                    ],
                    options={
                        "verbose_name": "Mail to a colleague",
                        "ordering": ["alert", "id"],
                        "indexes": [models.Index(fields=["status", "id"], name="notice_by_status")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("alert", "person", "kind", "clock"),
                                name="notice_once_per_person",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
