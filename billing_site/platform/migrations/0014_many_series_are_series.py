from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("platform", "0013_a_form_remembers_what_it_made")]

    operations = [
        migrations.AlterModelOptions(name="series", options={"verbose_name_plural": "series"}),
    ]
