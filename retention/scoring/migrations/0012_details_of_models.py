"""What a model's page shows beside its parameters."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scoring", "0011_trend_books")]

    operations = [
        migrations.AddField(
            model_name="scoremodel",
            name="details",
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
    ]
