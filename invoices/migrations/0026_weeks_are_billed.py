"""An invoice may bill a week of hours, whose money has an escrow of its own."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0025_receipts_say_what_the_money_did"),
        ("payments", "0015_the_platform_may_advance"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="invoice",
            name="invoice_is_paid_from_what_is_held_or_owed",
        ),
        migrations.AddField(
            model_name="invoice",
            name="is_protected",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="invoice",
            name="part",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="invoice",
            name="week",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoices",
                to="invoices.week",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("escrow__isnull", True),
                    ("open_item__isnull", True),
                    models.Q(("is_protected", True), ("source", "week")),
                    _connector="OR",
                ),
                name="only_an_advanced_week_is_held_and_owed",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("escrow__isnull", False), ("source", "week"), ("week__isnull", False)
                    ),
                    models.Q(
                        models.Q(("source", "week"), _negated=True),
                        ("is_protected", False),
                        ("week__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="invoice_of_hours_names_its_week",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "withdrawn"), _negated=True),
                fields=("week", "is_protected", "part"),
                name="a_week_is_billed_once",
            ),
        ),
        migrations.AddField(
            model_name="week",
            name="billed",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="week",
            name="over",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="week",
            name="protected",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="week",
            constraint=models.CheckConstraint(
                condition=models.Q(("protected__lte", models.F("billed"))),
                name="no_more_is_protected_than_is_billed",
            ),
        ),
    ]
