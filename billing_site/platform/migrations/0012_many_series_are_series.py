from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("platform", "0011_the_record_is_sealed")]

    operations = [
        migrations.AlterModelOptions(name="series", options={"verbose_name_plural": "series"}),
    ]
