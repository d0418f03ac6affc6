from django.db import migrations

from feedback.migrations._seeds import seed_topics


class Migration(migrations.Migration):
    """The taxonomy that a new tenant begins with."""

    dependencies = [("feedback", "0001_items_surveys_topics")]
    operations = [migrations.RunPython(seed_topics, migrations.RunPython.noop)]
