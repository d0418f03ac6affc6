import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import retention.common.create_tables
import retention.common.ids


class Migration(migrations.Migration):
    """The tables as the migrations that it replaces leave them, for a new database; an older one goes through those."""

    replaces = [
        ("success", "0001_success"),
        ("success", "0002_one_index_each"),
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
                    name="Contract",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "product",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=200, verbose_name="product"
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="starts on")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="ends on")),
                        (
                            "amount",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="amount"
                            ),
                        ),
                        ("auto_renew", models.BooleanField(null=True, verbose_name="renews itself")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("active", "In force"),
                                    ("ended", "Ended"),
                                    ("cancelled", "Cancelled"),
                                ],
                                db_default="active",
                                default="active",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "properties",
                            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                        ),
                        ("withdrawn", models.BooleanField(db_default=False, default=False, verbose_name="withdrawn")),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "public_id",
                            models.UUIDField(default=retention.common.ids.uuid7, editable=False, unique=True),
                        ),
                        ("contract_id", models.CharField(max_length=200, unique=True, verbose_name="contract id")),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contracts",
                                to="customers.account",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contracts",
                                to="customers.customer",
                            ),
                        ),
                        ("updated_at", models.DateTimeField(verbose_name="updated at")),
                    ],
                    options={
                        "verbose_name": "Contract",
                        "verbose_name_plural": "Contracts",
                        "ordering": ["-starts_on", "-id"],
                        "indexes": [
                            models.Index(fields=["account", "ends_on"], name="contract_of_account"),
                            models.Index(fields=["customer", "ends_on"], name="contract_of_customer"),
                            models.Index(fields=["ends_on"], name="contract_by_end"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("account__isnull", False), ("customer__isnull", True)),
                                    models.Q(("account__isnull", True), ("customer__isnull", False)),
                                    _connector="OR",
                                ),
                                name="contract_of_one_party",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                                ),
                                name="contract_runs_forward",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContractVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "product",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=200, verbose_name="product"
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="starts on")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="ends on")),
                        (
                            "amount",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="amount"
                            ),
                        ),
                        ("auto_renew", models.BooleanField(null=True, verbose_name="renews itself")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("active", "In force"),
                                    ("ended", "Ended"),
                                    ("cancelled", "Cancelled"),
                                ],
                                db_default="active",
                                default="active",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "properties",
                            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                        ),
                        ("withdrawn", models.BooleanField(db_default=False, default=False, verbose_name="withdrawn")),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "contract",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="success.contract",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="version")),
                        ("digest", models.CharField(max_length=32)),
                        ("superseded_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name": "Contract as it was",
                        "ordering": ["contract", "number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("contract", "number"), name="contractversion_number_unique"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("superseded_at__isnull", True)),
                                fields=("contract",),
                                name="contractversion_one_in_force",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Renewal",
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
                            "contract",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="renewals",
                                to="success.contract",
                            ),
                        ),
                        ("ends_on", models.DateField(verbose_name="term ends on")),
                        (
                            "amount",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="at stake"
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("renewed", "Renewed"),
                                    ("contracted", "Renewed for less"),
                                    ("lost", "Lost"),
                                ],
                                db_default="open",
                                default="open",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "next_step",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=300, verbose_name="next step"
                            ),
                        ),
                        ("next_step_on", models.DateField(blank=True, null=True, verbose_name="next step on")),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=300, verbose_name="reason"
                            ),
                        ),
                        (
                            "amount_after",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="renewed for"
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("withdrawn", models.BooleanField(db_default=False, default=False, verbose_name="withdrawn")),
                    ],
                    options={
                        "verbose_name": "Renewal",
                        "verbose_name_plural": "Renewals",
                        "ordering": ["ends_on", "id"],
                        "indexes": [models.Index(fields=["ends_on", "id"], name="renewal_by_end")],
                        "constraints": [
                            models.UniqueConstraint(fields=("contract", "ends_on"), name="renewal_once_per_term"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at__isnull", True), ("status", "open")),
                                    models.Q(
                                        models.Q(("status", "open"), _negated=True), ("decided_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="renewal_decided_at_some_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assignment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=64, unique=True)),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="assignments",
                                to="customers.account",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="assignments",
                                to="customers.customer",
                            ),
                        ),
                        ("staff", models.CharField(max_length=254, verbose_name="who")),
                        (
                            "role",
                            models.CharField(
                                choices=[("delivers", "Delivers"), ("cares", "Cares")],
                                max_length=8,
                                verbose_name="role",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="to")),
                        ("until", models.DateField(blank=True, null=True)),
                        (
                            "properties",
                            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        ("withdrawn", models.BooleanField(db_default=False, default=False, verbose_name="withdrawn")),
                    ],
                    options={
                        "verbose_name": "Assignment",
                        "verbose_name_plural": "Assignments",
                        "ordering": ["-starts_on", "-id"],
                        "indexes": [
                            models.Index(fields=["account", "role", "starts_on"], name="assignment_of_account"),
                            models.Index(fields=["customer", "role", "starts_on"], name="assignment_of_customer"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("account__isnull", False), ("customer__isnull", True)),
                                    models.Q(("account__isnull", True), ("customer__isnull", False)),
                                    _connector="OR",
                                ),
                                name="assignment_of_one_party",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("until__isnull", True), ("until__gte", models.F("starts_on")), _connector="OR"
                                ),
                                name="assignment_runs_forward",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(
                                    ("account__isnull", False), ("role", "delivers"), ("withdrawn", False)
                                ),
                                deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                                expressions=[
                                    (
                                        models.Func(
                                            "account",
                                            "account",
                                            models.Value("[]"),
                                            function="int8range",
                                            output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                                        ),
                                        "&&",
                                    ),
                                    (
                                        models.Func(
                                            "starts_on",
                                            "until",
                                            function="daterange",
                                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="assignment_one_delivers_account",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(
                                    ("account__isnull", False), ("role", "cares"), ("withdrawn", False)
                                ),
                                deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                                expressions=[
                                    (
                                        models.Func(
                                            "account",
                                            "account",
                                            models.Value("[]"),
                                            function="int8range",
                                            output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                                        ),
                                        "&&",
                                    ),
                                    (
                                        models.Func(
                                            "starts_on",
                                            "until",
                                            function="daterange",
                                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="assignment_one_cares_account",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(
                                    ("customer__isnull", False), ("role", "delivers"), ("withdrawn", False)
                                ),
                                deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                                expressions=[
                                    (
                                        models.Func(
                                            "customer",
                                            "customer",
                                            models.Value("[]"),
                                            function="int8range",
                                            output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                                        ),
                                        "&&",
                                    ),
                                    (
                                        models.Func(
                                            "starts_on",
                                            "until",
                                            function="daterange",
                                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="assignment_one_delivers_customer",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(
                                    ("customer__isnull", False), ("role", "cares"), ("withdrawn", False)
                                ),
                                deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                                expressions=[
                                    (
                                        models.Func(
                                            "customer",
                                            "customer",
                                            models.Value("[]"),
                                            function="int8range",
                                            output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                                        ),
                                        "&&",
                                    ),
                                    (
                                        models.Func(
                                            "starts_on",
                                            "until",
                                            function="daterange",
                                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="assignment_one_cares_customer",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Playbook",
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
                        ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "name_zh",
                            models.CharField(blank=True, default="", max_length=120, verbose_name="Chinese name"),
                        ),
                        (
                            "trigger",
                            models.CharField(
                                choices=[
                                    ("hand", "By hand"),
                                    ("consultant_changed", "When the consultant changes"),
                                    ("renewal", "Before a term ends"),
                                    ("alert", "By an alert"),
                                ],
                                default="hand",
                                max_length=20,
                                verbose_name="starts",
                            ),
                        ),
                        (
                            "ready",
                            models.BooleanField(db_default=False, default=False, verbose_name="comes with Stay"),
                        ),
                        ("archived_at", models.DateTimeField(blank=True, null=True, verbose_name="archived at")),
                        ("created_at", models.DateTimeField(verbose_name="created at")),
                    ],
                    options={
                        "verbose_name": "SOP",
                        "verbose_name_plural": "SOPs",
                        "ordering": ["id"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="PlaybookVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "playbook",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="success.playbook",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="version")),
                        ("content", models.JSONField(default=dict, verbose_name="content")),
                        ("digest", models.CharField(blank=True, default="", max_length=32)),
                        ("created_at", models.DateTimeField(verbose_name="created at")),
                        ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published at")),
                        (
                            "published_by",
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
                        "verbose_name": "Version of an SOP",
                        "ordering": ["playbook", "-number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("playbook", "number"), name="playbookversion_number_unique"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("published_at__isnull", True)),
                                fields=("playbook",),
                                name="playbookversion_one_draft",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("published_at__isnull", True),
                                    (
                                        "digest",
                                        models.Func(
                                            django.db.models.functions.comparison.Cast(
                                                models.F("content"), models.TextField()
                                            ),
                                            function="md5",
                                            output_field=models.TextField(),
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="playbookversion_is_what_was_published",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="PlaybookRun",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="runs",
                                to="success.playbookversion",
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="playbook_runs",
                                to="customers.account",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="playbook_runs",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "trigger",
                            models.CharField(
                                choices=[
                                    ("hand", "By hand"),
                                    ("consultant_changed", "When the consultant changes"),
                                    ("renewal", "Before a term ends"),
                                    ("alert", "By an alert"),
                                ],
                                max_length=20,
                                verbose_name="started by",
                            ),
                        ),
                        ("trigger_key", models.CharField(max_length=300, unique=True)),
                        (
                            "status",
                            models.CharField(
                                choices=[("running", "Running"), ("done", "Done"), ("cancelled", "Called off")],
                                db_default="running",
                                default="running",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="starts on")),
                        ("term_on", models.DateField(blank=True, null=True, verbose_name="term ends on")),
                        ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="due")),
                        ("context", models.JSONField(default=dict)),
                        ("started_at", models.DateTimeField(verbose_name="started at")),
                        (
                            "started_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                        (
                            "reason",
                            models.CharField(blank=True, default="", max_length=300, verbose_name="why called off"),
                        ),
                    ],
                    options={
                        "verbose_name": "Run of an SOP",
                        "verbose_name_plural": "Runs of SOPs",
                        "ordering": ["-started_at", "-id"],
                        "indexes": [
                            models.Index(fields=["account", "status"], name="playbookrun_of_account"),
                            models.Index(fields=["customer", "status"], name="playbookrun_of_customer"),
                            models.Index(fields=["started_at", "id"], name="playbookrun_by_start"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at__isnull", True), ("status", "running")),
                                    models.Q(
                                        models.Q(("status", "running"), _negated=True), ("closed_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="playbookrun_closed_at_some_time",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Task",
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
                        ("title", models.CharField(max_length=200, verbose_name="title")),
                        ("body", models.TextField(blank=True, default="", verbose_name="what to do")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("call", "Phone call"), ("todo", "To do"), ("step", "Step of an SOP")],
                                default="todo",
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tasks",
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
                                related_name="tasks",
                                to="customers.account",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="tasks",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who",
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("csm", "CSM"),
                                    ("consultant", "Consultant"),
                                    ("support", "Support agent"),
                                    ("marketer", "Marketer"),
                                    ("admin", "Admin"),
                                ],
                                default="",
                                max_length=12,
                                verbose_name="role",
                            ),
                        ),
                        ("due_at", models.DateTimeField(verbose_name="due")),
                        (
                            "status",
                            models.CharField(
                                choices=[("open", "Open"), ("done", "Done"), ("cancelled", "Called off")],
                                db_default="open",
                                default="open",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("answered", "Answered"),
                                    ("no_answer", "No answer"),
                                    ("call_back", "Wants to be called back"),
                                    ("refused", "Refused to talk"),
                                    ("wrong_number", "Wrong number"),
                                ],
                                default="",
                                max_length=12,
                                verbose_name="outcome",
                            ),
                        ),
                        ("note", models.CharField(blank=True, default="", max_length=2000, verbose_name="note")),
                        ("source", models.CharField(max_length=20, verbose_name="source")),
                        ("source_key", models.CharField(max_length=200)),
                        ("touch_key", models.CharField(blank=True, default="", max_length=80)),
                        (
                            "run",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tasks",
                                to="success.playbookrun",
                            ),
                        ),
                        ("step", models.CharField(blank=True, default="", max_length=60)),
                        (
                            "evidence_kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("note", "A note"),
                                    ("link", "A link"),
                                    ("file", "The name of a file"),
                                    ("checklist", "A checklist, all of it"),
                                    ("choice", "One of several answers"),
                                ],
                                default="",
                                max_length=10,
                                verbose_name="evidence asked",
                            ),
                        ),
                        ("evidence_ask", models.JSONField(default=list)),
                        ("proof_kind", models.CharField(blank=True, max_length=10, null=True)),
                        ("opened_at", models.DateTimeField(verbose_name="opened at")),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                        (
                            "closed_by",
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
                        "verbose_name": "Task",
                        "verbose_name_plural": "Tasks",
                        "ordering": ["due_at", "id"],
                        "indexes": [
                            models.Index(fields=["assignee", "status", "due_at"], name="task_of_assignee"),
                            models.Index(fields=["role", "status", "due_at"], name="task_of_role"),
                            models.Index(fields=["customer", "status"], name="task_of_customer"),
                            models.Index(fields=["account", "status"], name="task_of_account"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("source", "source_key"), name="task_once_per_source"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at__isnull", True), ("status", "open")),
                                    models.Q(
                                        models.Q(("status", "open"), _negated=True), ("closed_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="task_closed_at_some_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "done"), _negated=True),
                                    models.Q(("kind", "call"), _negated=True),
                                    models.Q(("outcome", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="task_call_has_outcome",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "done"), _negated=True),
                                    ("evidence_kind", ""),
                                    models.Q(("proof_kind", models.F("evidence_kind")), ("proof_kind__isnull", False)),
                                    _connector="OR",
                                ),
                                name="task_done_with_its_evidence",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Evidence",
                    fields=[
                        (
                            "task",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="evidence",
                                serialize=False,
                                to="success.task",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("note", "A note"),
                                    ("link", "A link"),
                                    ("file", "The name of a file"),
                                    ("checklist", "A checklist, all of it"),
                                    ("choice", "One of several answers"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("text", models.TextField(verbose_name="evidence")),
                        ("given_at", models.DateTimeField(verbose_name="given at")),
                        (
                            "given_by",
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
                        "verbose_name": "Evidence",
                        "verbose_name_plural": "Evidence",
                        "ordering": ["task"],
                        "constraints": [
                            models.UniqueConstraint(fields=("task", "kind"), name="evidence_key"),
                            models.CheckConstraint(
                                condition=models.Q(("text__regex", "\\S")), name="evidence_says_something"
                            ),
                        ],
                        "indexes": [],
                    },
                ),
            ],
        ),
        migrations.RunSQL(
            # A done step refers to its own evidence of the kind it asks for. Django has no key over two columns.
            "ALTER TABLE success_task ADD CONSTRAINT task_proof_is_its_evidence FOREIGN KEY (id, proof_kind)"
            " REFERENCES success_evidence (task_id, kind) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE success_task DROP CONSTRAINT task_proof_is_its_evidence",
        ),
    ]
