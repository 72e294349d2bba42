"""Both sides are told when nothing happens on a contract."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0043_a_late_fee_stays_as_agreed"),
    ]

    operations = [
        migrations.CreateModel(
            name="DormancyNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("day", models.PositiveSmallIntegerField()),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dormancy_notices",
                        to="invoices.contract",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "since", "day"), name="a_quiet_day_is_told_of_once"
                    )
                ],
            },
        ),
    ]
