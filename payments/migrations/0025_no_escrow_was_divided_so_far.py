"""Escrows were whole so far."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payments", "0024_escrows_are_divided")]

    operations = [
        migrations.RunSQL("UPDATE payments_escrow SET divided = 0", migrations.RunSQL.noop),
    ]
