"""Letters with codes and links that open doors are known, so that they are not kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0011_the_record_is_sealed")]

    operations = [
        migrations.AddField("letter", "is_private", models.BooleanField(default=False)),
    ]
