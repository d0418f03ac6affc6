import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.fields.json
from django.conf import settings
from django.db import migrations, models

import retention.common.create_tables
import retention.common.ids
from retention.customers.migrations._seeds import seed_behaviours, unseed_behaviours


class Migration(migrations.Migration):
    """The tables as the migrations that it replaces leave them, for a new database; an older one goes through those."""

    replaces = [
        ("customers", "0001_initial"),
        ("customers", "0002_initial"),
        ("customers", "0003_keep_other_columns_of_files"),
        ("customers", "0004_seed_behaviours"),
        ("customers", "0005_keep_answers_for_repeated_requests"),
        ("customers", "0006_how_often_customers_want_to_hear"),
        ("customers", "0007_touches_may_be_reserved"),
        ("customers", "0008_find_superseded_events"),
        ("customers", "0009_points_are_earned_by_rules"),
        ("customers", "0010_find_touches_by_time"),
        ("customers", "0011_external_tags_by_source"),
        ("customers", "0012_sources_and_erasures"),
        ("customers", "0013_what_levels_multiplied_by_before_a_change"),
        ("customers", "0014_debts_move_to_points_held"),
        ("customers", "0015_membership_figures_are_kept"),
        ("customers", "0016_clock_of_the_tenant"),
        ("customers", "0017_who_counts_by_index"),
        ("customers", "0018_cancelled_memberships"),
        ("customers", "0019_one_index_each"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        retention.common.create_tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Customer",
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
                        ("external_id", models.CharField(max_length=200, unique=True, verbose_name="customer id")),
                        ("name", models.CharField(blank=True, default="", max_length=200, verbose_name="name")),
                        ("email", models.CharField(blank=True, default="", max_length=254, verbose_name="e-mail")),
                        ("phone", models.CharField(blank=True, default="", max_length=40, verbose_name="phone")),
                        ("language", models.CharField(blank=True, default="", max_length=16, verbose_name="language")),
                        (
                            "timezone",
                            models.CharField(blank=True, default="", max_length=64, verbose_name="time zone"),
                        ),
                        ("birthday", models.DateField(blank=True, null=True, verbose_name="birthday")),
                        (
                            "source",
                            models.CharField(blank=True, default="", max_length=80, verbose_name="acquisition source"),
                        ),
                        ("joined_at", models.DateTimeField(blank=True, null=True, verbose_name="customer since")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("person", "Person"),
                                    ("staff", "Staff"),
                                    ("test", "Test"),
                                    ("robot", "Robot"),
                                ],
                                db_default="person",
                                default="person",
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "traits",
                            models.JSONField(
                                db_default=models.Value({}, models.JSONField()), default=dict, verbose_name="traits"
                            ),
                        ),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged",
                                to="customers.customer",
                            ),
                        ),
                        ("erased_at", models.DateTimeField(blank=True, null=True)),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        ("updated_at", models.DateTimeField(verbose_name="updated at")),
                    ],
                    options={
                        "verbose_name": "Customer",
                        "verbose_name_plural": "Customers",
                        "ordering": ["id"],
                        "indexes": [
                            models.Index(fields=["name", "id"], name="customer_by_name"),
                            models.Index(fields=["joined_at", "id"], name="customer_by_joined"),
                            models.Index(
                                condition=models.Q(("email", ""), _negated=True),
                                fields=["email"],
                                name="customer_by_email",
                            ),
                            models.Index(
                                condition=models.Q(("source", ""), _negated=True),
                                fields=["source"],
                                name="customer_by_source",
                            ),
                            models.Index(
                                condition=models.Q(("erased_at__isnull", False)),
                                fields=["erased_at"],
                                name="customer_by_erasure",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("erased_at__isnull", True), ("kind", "person"), ("merged_into__isnull", True)
                                ),
                                fields=["id"],
                                include=("joined_at",),
                                name="customer_counts",
                            ),
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Identity",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="identities",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("user_id", "User id"),
                                    ("anonymous_id", "Anonymous id"),
                                    ("email", "E-mail"),
                                    ("phone", "Phone"),
                                    ("external", "External id"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        ("value", models.CharField(max_length=254, verbose_name="value")),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [models.UniqueConstraint(fields=("kind", "value"), name="identity_unique")],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Account",
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
                        ("external_id", models.CharField(max_length=200, unique=True, verbose_name="account id")),
                        ("name", models.CharField(blank=True, default="", max_length=200, verbose_name="name")),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="children",
                                to="customers.account",
                            ),
                        ),
                        ("csm", models.CharField(blank=True, default="", max_length=254, verbose_name="CSM")),
                        (
                            "consultant",
                            models.CharField(blank=True, default="", max_length=254, verbose_name="consultant"),
                        ),
                        ("consultant_since", models.DateField(blank=True, null=True, verbose_name="consultant since")),
                        ("joined_at", models.DateTimeField(blank=True, null=True, verbose_name="customer since")),
                        (
                            "traits",
                            models.JSONField(
                                db_default=models.Value({}, models.JSONField()), default=dict, verbose_name="traits"
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        ("updated_at", models.DateTimeField(verbose_name="updated at")),
                    ],
                    options={
                        "verbose_name": "Account",
                        "verbose_name_plural": "Accounts",
                        "ordering": ["id"],
                        "indexes": [
                            models.Index(fields=["name", "id"], name="account_by_name"),
                            models.Index(fields=["csm", "id"], name="account_by_csm"),
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Contact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contacts",
                                to="customers.account",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contacts",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("decision_maker", "Decision maker"),
                                    ("champion", "Champion"),
                                    ("administrator", "Administrator"),
                                    ("user", "User"),
                                    ("other", "Other"),
                                ],
                                default="user",
                                max_length=16,
                                verbose_name="role",
                            ),
                        ),
                        ("ended_on", models.DateField(blank=True, null=True, verbose_name="left on")),
                        (
                            "properties",
                            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        ("withdrawn", models.BooleanField(db_default=False, default=False, verbose_name="withdrawn")),
                    ],
                    options={
                        "verbose_name": "Contact",
                        "verbose_name_plural": "Contacts",
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("account", "customer", "role"), name="contact_unique")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Category",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=200, unique=True, verbose_name="code")),
                        ("name", models.CharField(blank=True, default="", max_length=200, verbose_name="name")),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="children",
                                to="customers.category",
                            ),
                        ),
                        (
                            "clock",
                            models.CharField(
                                blank=True,
                                choices=[("purchase", "Purchases"), ("visit", "Visits")],
                                db_default="",
                                default="",
                                max_length=8,
                                verbose_name="clock",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Category",
                        "verbose_name_plural": "Categories",
                        "ordering": ["code"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Product",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=200, unique=True, verbose_name="code")),
                        ("name", models.CharField(blank=True, default="", max_length=300, verbose_name="name")),
                        (
                            "category",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="products",
                                to="customers.category",
                            ),
                        ),
                        (
                            "price",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="price"
                            ),
                        ),
                        ("on_sale", models.BooleanField(db_default=True, default=True, verbose_name="on sale")),
                    ],
                    options={
                        "verbose_name": "Product",
                        "verbose_name_plural": "Products",
                        "ordering": ["code"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Order",
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
                        ("external_id", models.CharField(max_length=200, verbose_name="order id")),
                        ("version", models.PositiveIntegerField(db_default=1, default=1)),
                        (
                            "customer",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="orders",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="orders",
                                to="customers.account",
                            ),
                        ),
                        ("ordered_at", models.DateTimeField(verbose_name="ordered at")),
                        ("ordered_on", models.DateField(verbose_name="ordered on")),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount")),
                        (
                            "refunded",
                            models.DecimalField(
                                db_default=0, decimal_places=2, default=0, max_digits=14, verbose_name="refunded"
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[("paid", "Paid"), ("unpaid", "Unpaid"), ("cancelled", "Cancelled")],
                                db_default="paid",
                                default="paid",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "coupon",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=200, verbose_name="coupon"
                            ),
                        ),
                        (
                            "properties",
                            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                        ),
                        ("digest", models.BinaryField(max_length=16)),
                        (
                            "source",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=80, verbose_name="source"
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        ("superseded_at", models.DateTimeField(blank=True, null=True)),
                        ("withdrawn", models.BooleanField(db_default=False, default=False, verbose_name="withdrawn")),
                    ],
                    options={
                        "verbose_name": "Order",
                        "verbose_name_plural": "Orders",
                        "ordering": ["-ordered_at", "-id"],
                        "indexes": [
                            models.Index(fields=["customer", "ordered_on"], name="order_of_customer"),
                            models.Index(fields=["ordered_on"], name="order_by_day"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("superseded_at__isnull", True)),
                                fields=("external_id",),
                                name="order_one_in_force",
                            ),
                            models.UniqueConstraint(fields=("external_id", "version"), name="order_version_unique"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrderLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="customers.order",
                            ),
                        ),
                        ("ordinal", models.PositiveIntegerField()),
                        (
                            "product",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="lines",
                                to="customers.product",
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="lines",
                                to="customers.category",
                            ),
                        ),
                        (
                            "quantity",
                            models.DecimalField(
                                db_default=1, decimal_places=3, default=1, max_digits=14, verbose_name="quantity"
                            ),
                        ),
                        (
                            "price",
                            models.DecimalField(
                                blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="price"
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount")),
                        (
                            "properties",
                            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                        ),
                    ],
                    options={
                        "ordering": ["order", "ordinal"],
                        "constraints": [
                            models.UniqueConstraint(fields=("order", "ordinal"), name="orderline_ordinal_unique")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("event_id", models.CharField(max_length=200, verbose_name="event id")),
                        ("version", models.PositiveIntegerField(db_default=1, default=1)),
                        (
                            "customer",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="events",
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
                                related_name="events",
                                to="customers.account",
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="event")),
                        ("occurred_at", models.DateTimeField(verbose_name="occurred at")),
                        ("occurred_on", models.DateField(verbose_name="occurred on")),
                        (
                            "properties",
                            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                        ),
                        ("digest", models.BinaryField(max_length=16)),
                        (
                            "source",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=80, verbose_name="source"
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        ("superseded_at", models.DateTimeField(blank=True, null=True)),
                        ("withdrawn", models.BooleanField(db_default=False, default=False, verbose_name="withdrawn")),
                    ],
                    options={
                        "verbose_name": "Event",
                        "verbose_name_plural": "Events",
                        "ordering": ["-occurred_at", "-id"],
                        "indexes": [
                            models.Index(fields=["customer", "occurred_at", "id"], name="event_of_customer"),
                            models.Index(fields=["account", "occurred_at", "id"], name="event_of_account"),
                            models.Index(fields=["occurred_on", "name"], name="event_by_day"),
                            models.Index(
                                condition=models.Q(("superseded_at__isnull", False)),
                                fields=["event_id"],
                                name="event_superseded",
                            ),
                            models.Index(
                                django.db.models.fields.json.KeyTextTransform("order_id", "properties"),
                                condition=models.Q(
                                    (
                                        "name__in",
                                        ("Order Completed", "Order Updated", "Order Refunded", "Order Cancelled"),
                                    )
                                ),
                                name="event_of_order",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("superseded_at__isnull", True)),
                                fields=("event_id",),
                                name="event_one_in_force",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("customer__isnull", False), ("account__isnull", False), _connector="OR"
                                ),
                                name="event_of_someone",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EventBehaviour",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, unique=True, verbose_name="event")),
                        (
                            "behaviour",
                            models.CharField(
                                choices=[
                                    ("log_in", "Log-in"),
                                    ("browse", "Browse"),
                                    ("search", "Search"),
                                    ("cart", "Cart"),
                                    ("favourite", "Favourite"),
                                    ("community", "Community"),
                                    ("core_use", "Core use"),
                                    ("purchase", "Purchase"),
                                    ("service", "Service"),
                                    ("message", "Message"),
                                    ("other", "Other"),
                                ],
                                max_length=12,
                                verbose_name="behaviour",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="CustomerState",
                    fields=[
                        (
                            "customer",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="state",
                                serialize=False,
                                to="customers.customer",
                            ),
                        ),
                        ("first_order_on", models.DateField(null=True)),
                        ("last_order_on", models.DateField(null=True)),
                        ("order_days", models.PositiveIntegerField(default=0)),
                        ("net_revenue", models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                        ("repeat_revenue", models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                        ("year_order_days", models.PositiveIntegerField(default=0)),
                        ("year_revenue", models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                        (
                            "main_category",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="customers.category",
                            ),
                        ),
                        ("main_category_last_on", models.DateField(null=True)),
                        ("first_login_on", models.DateField(null=True)),
                        ("last_login_on", models.DateField(null=True)),
                        ("login_days", models.PositiveIntegerField(default=0)),
                        ("first_seen_on", models.DateField(null=True)),
                        ("last_seen_on", models.DateField(null=True)),
                    ],
                    options={
                        "verbose_name": "customer's running state",
                        "ordering": ["customer"],
                        "indexes": [
                            models.Index(fields=["last_order_on", "customer"], name="state_by_last_order"),
                            models.Index(fields=["last_login_on", "customer"], name="state_by_last_login"),
                            models.Index(fields=["net_revenue", "customer"], name="state_by_revenue"),
                            models.Index(fields=["first_seen_on"], name="state_by_first_seen"),
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="ImportJob",
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
                        ("kind", models.CharField(max_length=40, verbose_name="kind")),
                        ("file_name", models.CharField(max_length=255, verbose_name="file")),
                        ("stored_file", models.CharField(blank=True, default="", max_length=400)),
                        ("errors_file", models.CharField(blank=True, default="", max_length=400)),
                        ("mapping", models.JSONField(default=dict, verbose_name="mapping")),
                        ("dry_run", models.BooleanField(default=False, verbose_name="dry run")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "Being prepared"),
                                    ("queued", "Queued"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("failed", "Failed"),
                                    ("stopped", "Stopped"),
                                ],
                                default="queued",
                                max_length=8,
                                verbose_name="status",
                            ),
                        ),
                        ("read", models.PositiveIntegerField(default=0, verbose_name="read")),
                        ("kept", models.PositiveIntegerField(default=0, verbose_name="kept")),
                        ("unchanged", models.PositiveIntegerField(default=0, verbose_name="unchanged")),
                        ("refused", models.PositiveIntegerField(default=0, verbose_name="refused")),
                        ("progress", models.FloatField(default=0, verbose_name="progress")),
                        ("message", models.TextField(blank=True, default="", verbose_name="message")),
                        ("stop_requested", models.BooleanField(default=False)),
                        (
                            "created_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="created at")),
                        ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                    ],
                    options={
                        "verbose_name": "Import",
                        "verbose_name_plural": "Imports",
                        "ordering": ["-id"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="ImportError",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "job",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="errors",
                                to="customers.importjob",
                            ),
                        ),
                        ("line", models.PositiveIntegerField(verbose_name="line")),
                        ("column", models.CharField(blank=True, default="", max_length=120, verbose_name="column")),
                        ("value", models.CharField(blank=True, default="", max_length=200, verbose_name="value")),
                        ("reason", models.CharField(max_length=300, verbose_name="reason")),
                        ("mend", models.CharField(max_length=300, verbose_name="mend")),
                    ],
                    options={
                        "ordering": ["job", "line", "id"],
                        "indexes": [models.Index(fields=["job", "line"], name="importerror_by_line")],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="KeptAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("caller", models.CharField(max_length=60)),
                        ("key", models.CharField(max_length=200)),
                        ("digest", models.BinaryField(max_length=32)),
                        ("answer", models.JSONField()),
                        ("kept_at", models.DateTimeField()),
                    ],
                    options={
                        "ordering": ["id"],
                        "indexes": [models.Index(fields=["kept_at"], name="keptanswer_by_age")],
                        "constraints": [models.UniqueConstraint(fields=("caller", "key"), name="keptanswer_unique")],
                    },
                ),
                migrations.CreateModel(
                    name="EarnRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(db_index=False, max_length=40, verbose_name="code")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        (
                            "name_zh",
                            models.CharField(blank=True, default="", max_length=80, verbose_name="Chinese name"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("spend", "Each unit of currency spent, net of refunds"),
                                    ("order_day", "Each day with an order"),
                                    ("event", "Each event"),
                                ],
                                max_length=10,
                                verbose_name="for",
                            ),
                        ),
                        ("event", models.CharField(blank=True, default="", max_length=200, verbose_name="event")),
                        (
                            "behaviour",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("log_in", "Log-in"),
                                    ("browse", "Browse"),
                                    ("search", "Search"),
                                    ("cart", "Cart"),
                                    ("favourite", "Favourite"),
                                    ("community", "Community"),
                                    ("core_use", "Core use"),
                                    ("purchase", "Purchase"),
                                    ("service", "Service"),
                                    ("message", "Message"),
                                    ("other", "Other"),
                                ],
                                default="",
                                max_length=12,
                                verbose_name="behaviour",
                            ),
                        ),
                        (
                            "points",
                            models.DecimalField(
                                decimal_places=4,
                                max_digits=10,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="points",
                            ),
                        ),
                        (
                            "cap_per_day",
                            models.PositiveIntegerField(blank=True, null=True, verbose_name="most points a day"),
                        ),
                        (
                            "multiplied",
                            models.BooleanField(
                                db_default=False, default=False, verbose_name="multiplied by the membership's level"
                            ),
                        ),
                        (
                            "expires_months",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="months until they expire"
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="up to")),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                    ],
                    options={
                        "verbose_name": "Earn rule",
                        "verbose_name_plural": "Earn rules",
                        "ordering": ["code", "starts_on"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ends_on__isnull", True)),
                                fields=("code",),
                                name="earnrule_one_open",
                            ),
                            models.UniqueConstraint(fields=("code", "starts_on"), name="earnrule_one_a_day"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                                ),
                                name="earnrule_ends_after_start",
                            ),
                            models.CheckConstraint(condition=models.Q(("points__gte", 0)), name="earnrule_gives"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "event"), _negated=True),
                                    models.Q(("behaviour", ""), ("event", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="earnrule_event_is_named",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="Level",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=60, unique=True, verbose_name="code")),
                        ("name", models.CharField(blank=True, default="", max_length=80, verbose_name="name")),
                        (
                            "name_zh",
                            models.CharField(blank=True, default="", max_length=80, verbose_name="Chinese name"),
                        ),
                        ("points_needed", models.PositiveIntegerField(unique=True, verbose_name="points needed")),
                        (
                            "multiplier",
                            models.DecimalField(
                                db_default=1,
                                decimal_places=2,
                                default=1,
                                max_digits=4,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="points multiplied by",
                            ),
                        ),
                        (
                            "benefits",
                            models.CharField(blank=True, default="", max_length=500, verbose_name="benefits"),
                        ),
                        (
                            "benefits_zh",
                            models.CharField(
                                blank=True, default="", max_length=500, verbose_name="benefits in Chinese"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Level",
                        "verbose_name_plural": "Levels",
                        "ordering": ["points_needed"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("multiplier__gte", 0)), name="level_multiplier_not_negative"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="LevelMultiplier",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=60, verbose_name="code")),
                        (
                            "multiplier",
                            models.DecimalField(decimal_places=2, max_digits=4, verbose_name="points multiplied by"),
                        ),
                        ("ends_on", models.DateField(verbose_name="up to")),
                    ],
                    options={
                        "ordering": ["code", "ends_on"],
                        "constraints": [
                            models.UniqueConstraint(fields=("code", "ends_on"), name="levelmultiplier_one_a_day"),
                            models.CheckConstraint(
                                condition=models.Q(("multiplier__gte", 0)), name="levelmultiplier_not_negative"
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="MembershipFigures",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("basis", models.JSONField()),
                        ("figures", models.JSONField()),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="PointEntry",
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
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="points",
                                to="customers.customer",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("earned", "Earned"),
                                    ("granted", "Given by a person"),
                                    ("spent", "Spent"),
                                    ("moved", "Debt moved to other points"),
                                ],
                                db_default="granted",
                                default="granted",
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("points", models.IntegerField(verbose_name="points")),
                        (
                            "reason",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=120, verbose_name="reason"
                            ),
                        ),
                        (
                            "rule",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=40, verbose_name="rule"
                            ),
                        ),
                        ("source_key", models.CharField(max_length=300)),
                        ("revision", models.PositiveIntegerField(db_default=1, default=1)),
                        (
                            "made_by",
                            models.CharField(
                                blank=True, db_default="", default="", max_length=254, verbose_name="made by"
                            ),
                        ),
                        ("occurred_at", models.DateTimeField(verbose_name="occurred at")),
                        ("occurred_on", models.DateField(verbose_name="occurred on")),
                        ("expires_on", models.DateField(blank=True, null=True, verbose_name="last day of use")),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                    ],
                    options={
                        "verbose_name": "Growth points",
                        "ordering": ["-occurred_at", "-id"],
                        "indexes": [models.Index(fields=["customer", "occurred_on"], name="pointentry_of_customer")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("customer", "source_key", "revision"), name="pointentry_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "earned"), _negated=True),
                                fields=("source_key", "revision"),
                                name="pointentry_key_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
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
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to="customers.customer",
                            ),
                        ),
                        ("level", models.CharField(max_length=60, verbose_name="level")),
                        ("since", models.DateField(verbose_name="since")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="ends on")),
                        ("auto_renew", models.BooleanField(null=True, verbose_name="renews itself")),
                        ("cancelled", models.BooleanField(null=True, verbose_name="cancelled")),
                        ("cancelled_on", models.DateField(blank=True, null=True, verbose_name="cancelled on")),
                        (
                            "amount",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="amount"
                            ),
                        ),
                        (
                            "properties",
                            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        ("withdrawn", models.BooleanField(db_default=False, default=False, verbose_name="withdrawn")),
                    ],
                    options={
                        "verbose_name": "Membership",
                        "verbose_name_plural": "Memberships",
                        "ordering": ["-since", "-id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("customer", "level", "since"), name="membership_unique")
                        ],
                        "indexes": [],
                    },
                ),
                migrations.CreateModel(
                    name="ConsentEntry",
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
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="consents",
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
                        ("granted", models.BooleanField(verbose_name="granted")),
                        ("wording", models.TextField(blank=True, default="", verbose_name="wording")),
                        ("source", models.CharField(max_length=80, verbose_name="source")),
                        ("occurred_at", models.DateTimeField(verbose_name="occurred at")),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                    ],
                    options={
                        "ordering": ["-occurred_at", "-id"],
                        "indexes": [
                            models.Index(
                                fields=["customer", "channel", "purpose", "occurred_at"], name="consent_latest"
                            )
                        ],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Preference",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "customer",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="preference",
                                to="customers.customer",
                            ),
                        ),
                        ("personalised", models.BooleanField(default=True, verbose_name="personalised outreach")),
                        ("content_types", models.JSONField(default=list, verbose_name="content types")),
                        ("channels", models.JSONField(default=list, verbose_name="channels")),
                        (
                            "frequency",
                            models.CharField(
                                choices=[
                                    ("usual", "As you see fit"),
                                    ("weekly", "At most once a week"),
                                    ("monthly", "At most once a month"),
                                ],
                                db_default="usual",
                                default="usual",
                                max_length=8,
                                verbose_name="how often",
                            ),
                        ),
                        ("updated_at", models.DateTimeField(verbose_name="updated at")),
                    ],
                    options={
                        "ordering": ["customer"],
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                migrations.CreateModel(
                    name="Touch",
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
                            "customer",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="touches",
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
                        ("two_way", models.BooleanField(default=False, verbose_name="answered")),
                        ("made_by", models.CharField(blank=True, default="", max_length=254, verbose_name="made by")),
                        ("summary", models.CharField(blank=True, default="", max_length=300, verbose_name="summary")),
                        ("reserved", models.BooleanField(db_default=False, default=False, verbose_name="reserved")),
                        ("source_key", models.CharField(blank=True, max_length=80, null=True)),
                        ("occurred_at", models.DateTimeField(verbose_name="occurred at")),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                    ],
                    options={
                        "verbose_name": "Contact made",
                        "ordering": ["-occurred_at", "-id"],
                        "indexes": [
                            models.Index(fields=["customer", "occurred_at"], name="touch_of_customer"),
                            django.contrib.postgres.indexes.BrinIndex(
                                fields=["occurred_at", "recorded_at"], name="touch_by_time"
                            ),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("source_key",), name="touch_of_one_source")],
                    },
                ),
                migrations.CreateModel(
                    name="CustomerTag",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tags",
                                to="customers.customer",
                            ),
                        ),
                        ("source", models.CharField(max_length=40, verbose_name="source")),
                        ("tag", models.CharField(max_length=60, verbose_name="tag")),
                        ("added_at", models.DateTimeField(verbose_name="added at")),
                        ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="taken off at")),
                    ],
                    options={
                        "verbose_name": "External tag",
                        "verbose_name_plural": "External tags",
                        "ordering": ["source", "tag", "id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("removed_at__isnull", True)),
                                fields=["tag"],
                                name="customertag_by_tag",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("removed_at__isnull", True)),
                                fields=("customer", "source", "tag"),
                                name="customertag_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("removed_at__isnull", True),
                                    ("removed_at__gte", models.F("added_at")),
                                    _connector="OR",
                                ),
                                name="customertag_in_order",
                            ),
                        ],
                    },
                ),
            ],
        ),
        migrations.RunPython(seed_behaviours, unseed_behaviours),
    ]
