"""What the platform pays in a client's stead names the escrow that it filled."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0014_a_collected_charge_waits_again"),
    ]

    operations = [
        migrations.AddField(
            model_name="openitem",
            name="escrow",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="advance",
                to="payments.escrow",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("escrow__isnull", False), ("is_advanced", True)),
                    models.Q(("escrow__isnull", True), ("is_advanced", False)),
                    _connector="OR",
                ),
                name="what_was_advanced_filled_an_escrow",
            ),
        ),
    ]
