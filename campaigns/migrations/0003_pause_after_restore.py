from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0002_sending"),
    ]

    operations = [
        migrations.AlterField(
            model_name="campaign",
            name="pause_reason",
            field=models.CharField(
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
    ]
