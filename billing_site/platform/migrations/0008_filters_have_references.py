"""A saved filter is addressed by a public reference, as everything is."""

from django.db import migrations, models

import billing_site.kernel.references


class Migration(migrations.Migration):
    dependencies = [("platform", "0007_files_are_found_by_their_hash")]

    operations = [
        migrations.AddField(
            model_name="savedfilter",
            name="ref",
            field=models.CharField(
                default=billing_site.kernel.references.public_ref,
                editable=False,
                max_length=12,
                null=True,
            ),
        ),
    ]
