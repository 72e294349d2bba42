"""A fee that had gone back with what a bank took is earned again, by an invoice of its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("invoices", "0050_what_a_bank_took_back_is_owed_again")]

    operations = [
        migrations.AddField(
            model_name="feeinvoice",
            name="renews",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="renewed_by",
                to="invoices.feeinvoice",
            ),
        ),
        migrations.AddConstraint(
            model_name="feeinvoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("renews__isnull", True), ("cause__startswith", "chargeback/"), _connector="OR"
                ),
                name="only_what_a_bank_gave_back_renews_a_fee",
            ),
        ),
    ]
