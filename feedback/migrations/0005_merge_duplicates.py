import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0004_surveys_ask"),
    ]

    operations = [
        migrations.AddField(
            model_name="feedbackitem",
            name="duplicate_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="duplicates",
                to="feedback.feedbackitem",
            ),
        ),
        migrations.AlterField(
            model_name="feedbackitem",
            name="status",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="feedbackitem",
            constraint=models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True) | Q(status="duplicate"), name="feedback_duplicate_says_so"
            ),
        ),
    ]
