from django.db import migrations

from retention.customers.migrations._seeds import seed_behaviours, unseed_behaviours


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_keep_other_columns_of_files")]
    operations = [migrations.RunPython(seed_behaviours, unseed_behaviours)]
