"""Which time the part of a week bills that was divided off."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0039_contested_sums_may_fall"),
    ]

    operations = [
        migrations.CreateModel(
            name="PartEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="invoices.timeentry",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="part_entries",
                        to="invoices.invoice",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "part entries",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("invoice", "entry"), name="an_invoice_bills_an_entry_once"
                    )
                ],
            },
        ),
    ]
