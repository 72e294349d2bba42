"""A withdrawal may be paid at once, or was to be and goes as others do."""

import djmoney.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0057_what_a_bank_is_shown_stays"),
    ]

    operations = [
        migrations.AddField(
            model_name="payout",
            name="fee_back",
            field=djmoney.models.fields.MoneyField(
                currency_field_name="currency",
                decimal_places=3,
                help_text="Of the fee, where it was not paid at once",
                max_digits=15,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="payout",
            name="slowed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="payout",
            name="slowed_for",
            field=models.CharField(blank=True, help_text="Why not at once", max_length=300),
        ),
        migrations.AddField(
            model_name="payout",
            name="speed",
            field=models.CharField(
                choices=[("standard", "standard"), ("instant", "at once")],
                default="standard",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="payoutmethod",
            name="takes_instant",
            field=models.BooleanField(default=False, help_text="Can be paid at once"),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(("speed__in", ["standard", "instant"])),
                name="payout_is_of_a_known_speed",
            ),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("fee_back__isnull", True), ("slowed_at__isnull", True), ("slowed_for", "")
                    ),
                    models.Q(
                        models.Q(("slowed_for", ""), _negated=True),
                        ("fee_back__gte", 0),
                        ("fee_back__lte", models.F("fee")),
                        ("slowed_at__isnull", False),
                        ("speed", "standard"),
                    ),
                    _connector="OR",
                ),
                name="what_slowed_down_says_when_and_why_and_gives_some_fee_back",
            ),
        ),
    ]
