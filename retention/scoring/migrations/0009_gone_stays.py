import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0008_find_superseded_events"),
        ("scoring", "0008_threshold_beside"),
    ]

    operations = [
        migrations.CreateModel(
            name="GoneStay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entered_on", models.DateField(verbose_name="from")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="to")),
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
            },
        ),
    ]
