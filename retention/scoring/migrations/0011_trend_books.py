from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scoring", "0010_own_scorecards"),
    ]

    operations = [
        migrations.CreateModel(
            name="TrendDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
            },
        ),
        migrations.CreateModel(
            name="CohortMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                "constraints": [models.UniqueConstraint(fields=("month", "cohort"), name="cohortmonth_unique")],
            },
        ),
    ]
