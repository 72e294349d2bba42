"""An escrow may be split, and what is owed is as final as what is held."""

from django.db import migrations

TERMS = (
    "document, net, tax, gross, client_fee, client_fee_tax, currency, client_id, freelancer_id,"
    " freelancer_fee_bps, freelancer_fee_tax_bps, security_days"
)
FINAL = {
    "payments_escrow": TERMS,
    "payments_openitem": TERMS + ", is_advanced",
    "payments_settlement": "amount, currency, charge_id, escrow_id, open_item_id, document",
    "payments_lot": "net, gross, fee, fee_tax, amount, currency, client_id, freelancer_id,"
    " escrow_id, settlement_id, available_at",
}
BEFORE = {
    "payments_escrow": "net, tax, gross, client_fee, client_fee_tax, currency, client_id,"
    " freelancer_id, freelancer_fee_bps, freelancer_fee_tax_bps, security_days",
    "payments_settlement": "amount, currency, charge_id, escrow_id",
    "payments_lot": "amount, currency, freelancer_id, escrow_id, available_at",
}


def changed(columns: str) -> str:
    names = [name.strip() for name in columns.split(",")]
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"


def trigger(table: str, columns: str) -> str:
    return (
        f"DROP TRIGGER IF EXISTS sums_are_final ON {table};"
        f"CREATE TRIGGER sums_are_final BEFORE UPDATE ON {table} FOR EACH ROW"
        f" WHEN ({changed(columns)}) EXECUTE FUNCTION payments_refuse_new_sum()"
    )


def before(table: str) -> str:
    if table in BEFORE:
        return trigger(table, BEFORE[table])
    return f"DROP TRIGGER sums_are_final ON {table}"


class Migration(migrations.Migration):
    dependencies = [("payments", "0007_every_sum_is_known")]

    operations = [
        migrations.RunSQL(
            "SELECT teach_steps('payments_escrow', '', 'held>split')",
            "SELECT forget_steps('payments_escrow', '', 'held>split')",
        ),
        *[
            migrations.RunSQL(trigger(table, columns), before(table))
            for table, columns in FINAL.items()
        ],
    ]
