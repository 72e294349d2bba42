"""The four machines of money on its way, as the database knows them."""

from django.db import migrations

MACHINES = {
    "payments_charge": (
        "begun",
        (
            "begun>processing action_needed>processing processing>action_needed "
            "processing>succeeded processing>failed begun>cancelled action_needed>cancelled"
        ),
    ),
    "payments_escrow": (
        "expected",
        "expected>held expected>dropped held>released held>refunded",
    ),
    "payments_refund": ("requested", "requested>sent sent>succeeded sent>failed"),
    "payments_payout": (
        "requested",
        "requested>sending sending>sent sent>paid sending>failed sent>failed requested>cancelled",
    ),
}


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0001_initial"),
        ("platform", "0001_the_application_has_a_role"),
    ]

    operations = [
        migrations.RunSQL(
            f"SELECT teach_machine('{table}', '{born}', '{steps}')",
            f"SELECT forget_machine('{table}')",
        )
        for table, (born, steps) in MACHINES.items()
    ]
