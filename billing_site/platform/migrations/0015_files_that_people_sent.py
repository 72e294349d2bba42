from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0014_many_series_are_series")]

    operations = [
        migrations.AddField(
            model_name="file",
            name="is_upload",
            field=models.BooleanField(default=False),
        ),
    ]
