"""A refund may come back after it was sent; its client has it sent again, or keeps it."""

from django.db import migrations

STEPS = "succeeded>failed failed>requested failed>credited"


class Migration(migrations.Migration):
    dependencies = [("payments", "0026_what_left_is_less_what_was_divided")]

    operations = [
        migrations.RunSQL(
            f"SELECT teach_steps('payments_refund', '', '{STEPS}')",
            f"SELECT forget_steps('payments_refund', '', '{STEPS}')",
        ),
    ]
