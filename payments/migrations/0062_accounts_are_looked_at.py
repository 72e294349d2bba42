"""A payee may be led to their own account at the provider."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0061_a_bank_is_doubted_and_decided_once"),
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
    ]
