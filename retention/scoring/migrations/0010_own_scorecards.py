import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scoring", "0009_gone_stays"),
    ]

    operations = [
        migrations.AddField(
            model_name="accountscore",
            name="health_card",
            field=models.CharField(blank=True, db_default="", default="", max_length=32, verbose_name="scorecard"),
        ),
        migrations.AddField(
            model_name="customerscore",
            name="health_card",
            field=models.CharField(blank=True, db_default="", default="", max_length=32, verbose_name="scorecard"),
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
            },
        ),
    ]
