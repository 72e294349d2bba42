"""A client's credit pays a part of a charge, or all of it, and comes back as credit."""

import djmoney.models.fields
from django.db import migrations


def sum_of(model: str, name: str, words: str) -> migrations.AddField:
    return migrations.AddField(
        model_name=model,
        name=name,
        field=djmoney.models.fields.MoneyField(
            currency_field_name="currency",
            decimal_places=3,
            help_text=words,
            max_digits=15,
            null=True,
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("payments", "0017_nothing_leaves_a_frozen_escrow")]

    operations = [
        sum_of("charge", "credit", "Of the amount: the client's credit pays it"),
        sum_of("settlement", "credit", "Of the amount: the client's credit pays it"),
        sum_of("refund", "to_credit", "Of the amount: credit had paid it, and is credit again"),
    ]
