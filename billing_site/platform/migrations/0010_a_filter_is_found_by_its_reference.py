"""No two saved filters have the same reference."""

from django.db import migrations, models

import billing_site.kernel.references


class Migration(migrations.Migration):
    dependencies = [("platform", "0009_each_filter_gets_a_reference")]

    operations = [
        migrations.AlterField(
            model_name="savedfilter",
            name="ref",
            field=models.CharField(
                default=billing_site.kernel.references.public_ref,
                editable=False,
                max_length=12,
                unique=True,
            ),
        ),
    ]
