"""A bank transfer that a client chose and did not send is known as a promise."""

import django.db.models.deletion
import djmoney.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0083_what_a_debt_was_ended_by_is_final"),
    ]

    operations = [
        migrations.AlterField(
            model_name="gatewaycommand",
            name="kind",
            field=models.CharField(
                choices=[
                    ("start_checkout", "open a payment page"),
                    ("expire_checkout", "close a payment page"),
                    ("start_method_setup", "open a page to save a way to pay"),
                    ("charge_saved", "charge a saved way to pay"),
                    ("cancel_payment", "call a payment off"),
                    ("bank_details", "ask where bank transfers go"),
                    ("draw_cash", "take a bank transfer as a payment"),
                    ("detach_method", "let go of a saved way to pay"),
                    ("refund", "send a payment back"),
                    ("create_payee", "open a payee's account"),
                    ("onboarding_page", "open a payee's form"),
                    ("dashboard_page", "open a payee's dashboard"),
                    ("transfer", "move money to a payee"),
                    ("payout", "pay a payee's bank"),
                    ("keep_paper", "hand over a file for a client's bank"),
                    ("submit_evidence", "answer a client's bank"),
                    ("accept_dispute", "give a case of a bank up"),
                ],
                max_length=30,
            ),
        ),
        migrations.CreateModel(
            name="PromisedTransfer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("payment_id", models.CharField(max_length=255, unique=True)),
                (
                    "currency",
                    models.CharField(
                        choices=[
                            ("EUR", "EUR"),
                            ("GBP", "GBP"),
                            ("USD", "USD"),
                            ("CHF", "CHF"),
                            ("SEK", "SEK"),
                            ("JPY", "JPY"),
                            ("KWD", "KWD"),
                        ],
                        max_length=3,
                    ),
                ),
                (
                    "missing",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency",
                        decimal_places=3,
                        help_text="What is still to be sent",
                        max_digits=15,
                    ),
                ),
                ("holder", models.CharField(blank=True, max_length=200)),
                ("bank", models.CharField(blank=True, max_length=200)),
                (
                    "number",
                    models.CharField(
                        blank=True, help_text="An IBAN, or what stands for it", max_length=64
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True, help_text="BIC, routing number, sort code", max_length=64
                    ),
                ),
                (
                    "reference",
                    models.CharField(blank=True, help_text="To be written with it", max_length=140),
                ),
                ("promised_at", models.DateTimeField()),
                ("until", models.DateTimeField(help_text="Then it is given up")),
                (
                    "called_off_at",
                    models.DateTimeField(help_text="When the provider was asked to", null=True),
                ),
                (
                    "ended_at",
                    models.DateTimeField(
                        help_text="It arrived, or nobody waits any more", null=True
                    ),
                ),
                (
                    "charge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promises",
                        to="payments.charge",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["until", "id"],
                        name="promised_transfers_by_turn",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("missing__gt", 0)),
                        name="a_promised_transfer_is_of_money",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("promised_at"))),
                        name="a_promised_transfer_has_time_to_arrive",
                    ),
                ],
            },
        ),
    ]
