import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import retention.common.create_tables
import retention.common.ids
from feedback.migrations._seeds import seed_topics


class Migration(migrations.Migration):
    """The tables as the migrations that it replaces leave them, for a new database; an older one goes through those."""

    replaces = [
        ("feedback", "0001_items_surveys_topics"),
        ("feedback", "0002_seed_topics"),
        ("feedback", "0003_leads"),
        ("feedback", "0004_surveys_ask"),
        ("feedback", "0005_merge_duplicates"),
        ("feedback", "0006_one_index_each"),
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
                    name="Topic",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=60, unique=True, verbose_name="code")),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="leaves",
                                to="feedback.topic",
                            ),
                        ),
                        ("zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                        ("en", models.CharField(max_length=80, verbose_name="English name")),
                        ("examples_zh", models.CharField(blank=True, default="", max_length=300)),
                        ("examples_en", models.CharField(blank=True, default="", max_length=300)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name": "Topic",
                        "verbose_name_plural": "Topics",
                        "ordering": ["position", "id"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="FeedbackItem",
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
                        ("feedback_id", models.CharField(max_length=200, unique=True, verbose_name="feedback id")),
                        (
                            "customer",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="feedback",
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
                                related_name="feedback",
                                to="customers.account",
                            ),
                        ),
                        ("text", models.TextField(verbose_name="text")),
                        (
                            "language",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=16, verbose_name="language"
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=40, verbose_name="channel"
                            ),
                        ),
                        (
                            "intent",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("complaint", "Complaint"),
                                    ("suggestion", "Suggestion"),
                                    ("question", "Question"),
                                    ("praise", "Praise"),
                                    ("leaving", "Leaving"),
                                    ("escalation", "Escalation"),
                                ],
                                db_default="",
                                default="",
                                max_length=12,
                                verbose_name="intent",
                            ),
                        ),
                        ("severe", models.BooleanField(db_default=False, default=False, verbose_name="severe")),
                        ("sentiment", models.FloatField(blank=True, null=True, verbose_name="sentiment")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("new", "New"),
                                    ("open", "Open"),
                                    ("answered", "Answered"),
                                    ("closed", "Closed"),
                                    ("duplicate", "Said before"),
                                ],
                                db_default="new",
                                default="new",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "duplicate_of",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="duplicates",
                                to="feedback.feedbackitem",
                            ),
                        ),
                        ("received_at", models.DateTimeField(verbose_name="received at")),
                        ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                        (
                            "properties",
                            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        ("updated_at", models.DateTimeField(verbose_name="updated at")),
                        ("withdrawn", models.BooleanField(db_default=False, default=False, verbose_name="withdrawn")),
                    ],
                    options={
                        "verbose_name": "Feedback",
                        "verbose_name_plural": "Feedback",
                        "ordering": ["-received_at", "-id"],
                        "indexes": [
                            models.Index(fields=["received_at", "id"], name="feedback_by_time"),
                            models.Index(fields=["status", "received_at", "id"], name="feedback_by_status"),
                            models.Index(fields=["customer", "received_at"], name="feedback_of_customer"),
                            models.Index(fields=["account", "received_at"], name="feedback_of_account"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("sentiment__isnull", True),
                                    models.Q(("sentiment__gte", -1), ("sentiment__lte", 1)),
                                    _connector="OR",
                                ),
                                name="feedback_sentiment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("duplicate_of__isnull", True), ("status", "duplicate"), _connector="OR"
                                ),
                                name="feedback_duplicate_says_so",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Tag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tags",
                                to="feedback.feedbackitem",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="tags", to="feedback.topic"
                            ),
                        ),
                        ("place", models.PositiveSmallIntegerField(default=0)),
                        (
                            "how",
                            models.CharField(
                                choices=[("imported", "Imported"), ("person", "By a person")],
                                max_length=8,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "tagged_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("tagged_at", models.DateTimeField(verbose_name="tagged at")),
                    ],
                    options={
                        "verbose_name": "Tag",
                        "ordering": ["item", "place"],
                        "constraints": [
                            models.UniqueConstraint(fields=("item", "place"), name="tag_one_in_a_place"),
                            models.UniqueConstraint(fields=("item", "topic"), name="tag_topic_once"),
                            models.CheckConstraint(condition=models.Q(("place__lt", 3)), name="tag_three_at_most"),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="ProductLead",
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
                        ("summary", models.TextField(blank=True, default="", verbose_name="what customers need")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("idea", "Idea"),
                                    ("planned", "Planned"),
                                    ("building", "Being built"),
                                    ("shipped", "Shipped"),
                                    ("declined", "Declined"),
                                ],
                                db_default="idea",
                                default="idea",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                        (
                            "department",
                            models.CharField(blank=True, default="", max_length=80, verbose_name="department"),
                        ),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                        ("created_at", models.DateTimeField(verbose_name="created at")),
                        ("shipped_at", models.DateTimeField(blank=True, null=True, verbose_name="shipped at")),
                        (
                            "items",
                            models.ManyToManyField(
                                related_name="leads", through="feedback.LeadLink", to="feedback.feedbackitem"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Product lead",
                        "verbose_name_plural": "Product leads",
                        "ordering": ["-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("shipped_at__isnull", False), ("status", "shipped")),
                                    models.Q(
                                        models.Q(("status", "shipped"), _negated=True), ("shipped_at__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="productlead_shipped_at_some_time",
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="LeadLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="links",
                                to="feedback.productlead",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lead_links",
                                to="feedback.feedbackitem",
                            ),
                        ),
                        ("linked_at", models.DateTimeField(verbose_name="linked at")),
                        (
                            "linked_by",
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
                        "verbose_name": "Voice of a product lead",
                        "ordering": ["lead", "id"],
                        "constraints": [models.UniqueConstraint(fields=("lead", "item"), name="leadlink_once")],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Survey",
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
                        (
                            "question_en",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=300,
                                verbose_name="question in English",
                            ),
                        ),
                        (
                            "question_zh",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=300,
                                verbose_name="question in Chinese",
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="created at")),
                    ],
                    options={
                        "verbose_name": "Survey",
                        "verbose_name_plural": "Surveys",
                        "ordering": ["name"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyResponse",
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
                        ("response_id", models.CharField(max_length=200, unique=True, verbose_name="response id")),
                        (
                            "survey",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="responses",
                                to="feedback.survey",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="answers",
                                to="customers.customer",
                            ),
                        ),
                        ("score", models.PositiveSmallIntegerField(verbose_name="score")),
                        ("comment", models.TextField(blank=True, db_default="", default="", verbose_name="comment")),
                        ("answered_at", models.DateTimeField(verbose_name="answered at")),
                        (
                            "properties",
                            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        ("updated_at", models.DateTimeField(verbose_name="updated at")),
                        ("withdrawn", models.BooleanField(db_default=False, default=False, verbose_name="withdrawn")),
                    ],
                    options={
                        "verbose_name": "Survey answer",
                        "verbose_name_plural": "Survey answers",
                        "ordering": ["-answered_at", "-id"],
                        "indexes": [models.Index(fields=["survey", "answered_at"], name="answer_of_survey")],
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("score__lte", 10)), name="answer_score_to_ten")
                        ],
                    },
                ),
            ],
        ),
        migrations.RunPython(seed_topics, migrations.RunPython.noop),
    ]
