"""What credit pays is known of every row, and no more than there is to pay."""

import django.db.models.expressions
import django_fsm
import djmoney.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0019_credit_paid_nothing_so_far"),
        ("people", "0007_documents_have_a_language"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="charge",
            name="refunds_never_exceed_what_a_charge_brought",
        ),
        migrations.AlterField(
            model_name="charge",
            name="credit",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the amount: the client's credit pays it",
                max_digits=15,
            ),
        ),
        migrations.AlterField(
            model_name="refund",
            name="state",
            field=django_fsm.FSMField(
                choices=[
                    ("requested", "about to be sent back"),
                    ("sent", "on its way back"),
                    ("succeeded", "sent back"),
                    ("failed", "could not be sent back"),
                    ("credited", "kept as credit"),
                ],
                default="requested",
                editable=False,
                max_length=50,
                protected=True,
            ),
        ),
        migrations.AlterField(
            model_name="refund",
            name="to_credit",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the amount: credit had paid it, and is credit again",
                max_digits=15,
            ),
        ),
        migrations.AlterField(
            model_name="settlement",
            name="credit",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the amount: the client's credit pays it",
                max_digits=15,
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("refunded__gte", 0),
                    (
                        "refunded__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("amount"), "-", models.F("credit")
                        ),
                    ),
                    models.Q(("state", "succeeded"), ("refunded", 0), _connector="OR"),
                ),
                name="refunds_never_exceed_what_a_charge_brought",
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(
                condition=models.Q(("credit__gte", 0), ("credit__lte", models.F("amount"))),
                name="credit_pays_a_part_of_a_charge_or_all",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_credit", 0),
                    models.Q(
                        ("escrow__isnull", False),
                        ("to_credit__gt", 0),
                        ("to_credit__lte", models.F("amount")),
                    ),
                    _connector="OR",
                ),
                name="credit_comes_back_as_credit",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("credit__gte", 0), ("credit__lte", models.F("amount"))),
                name="credit_pays_a_part_of_a_settlement_or_all",
            ),
        ),
    ]
