"""The machines of contract, milestone and invoice, once more where no Python can reach."""

from django.db import migrations

CONTRACT = (
    "draft>discarded draft>offered offered>active offered>declined offered>withdrawn "
    "offered>expired active>paused paused>active active>ending paused>ending ending>ended"
)
MILESTONE = "planned>funding funding>funded funding>planned planned>cancelled funded>closed"
INVOICE = (
    "draft>submitted returned>submitted submitted>returned draft>withdrawn "
    "submitted>withdrawn returned>withdrawn submitted>approved approved>paid"
)
MACHINES = [
    ("invoices_contract", "draft", CONTRACT),
    ("invoices_milestone", "planned", MILESTONE),
    ("invoices_invoice", "draft", INVOICE),
]


class Migration(migrations.Migration):
    dependencies = [("invoices", "0001_initial")]

    operations = [
        migrations.RunSQL(
            f"SELECT teach_machine('{table}', '{born}', '{steps}')",
            f"SELECT forget_machine('{table}')",
        )
        for table, born, steps in MACHINES
    ]
