"""A bank takes back what a milestone held, or what an invoice was paid with."""

from django.db import migrations

STEPS = {"invoices_milestone": "funded>planned", "invoices_invoice": "paid>approved"}


class Migration(migrations.Migration):
    dependencies = [("invoices", "0048_projects_change_by_legal_steps_only")]

    operations = [
        migrations.RunSQL(
            f"SELECT teach_steps('{table}', '', '{steps}')",
            f"SELECT forget_steps('{table}', '', '{steps}')",
        )
        for table, steps in STEPS.items()
    ]
