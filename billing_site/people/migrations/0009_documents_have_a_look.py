"""An organization prints its logo and its color on what it issues."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0008_accountants_read_along"),
        ("platform", "0010_a_filter_is_found_by_its_reference"),
    ]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="logo",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="platform.file",
            ),
        ),
        migrations.AddField(
            model_name="organization",
            name="brand_color",
            field=models.CharField(blank=True, default="", max_length=7),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(("brand_color", ""))
                | models.Q(("brand_color__regex", "^#[0-9a-f]{6}$")),
                name="a_color_is_six_digits",
            ),
        ),
    ]
