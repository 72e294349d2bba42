"""What was agreed, charged, released or withdrawn is not another sum tomorrow."""

from django.db import migrations

FINAL = {
    "payments_escrow": "net, tax, gross, client_fee, client_fee_tax, currency, client_id,"
    " freelancer_id, freelancer_fee_bps, freelancer_fee_tax_bps, security_days",
    "payments_charge": "amount, currency, client_id",
    "payments_settlement": "amount, currency, charge_id, escrow_id",
    "payments_lot": "amount, currency, freelancer_id, escrow_id, available_at",
    "payments_refund": "amount, currency, charge_id, escrow_id",
    "payments_payout": "amount, fee, currency, freelancer_id, method_id",
    "payments_straypayment": "amount, currency, payment_id",
    "payments_gatewaycommand": "key, kind, params",
    "payments_gatewayevent": "event_id, gateway, payload",
}
REFUSAL = """
CREATE FUNCTION payments_refuse_new_sum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What % says is final', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
"""


def changed(columns: str) -> str:
    names = [name.strip() for name in columns.split(",")]
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"


def trigger(table: str, columns: str) -> str:
    return (
        f"CREATE TRIGGER sums_are_final BEFORE UPDATE ON {table} FOR EACH ROW"
        f" WHEN ({changed(columns)}) EXECUTE FUNCTION payments_refuse_new_sum()"
    )


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_states_change_by_legal_steps_only")]

    operations = [
        migrations.RunSQL(REFUSAL, "DROP FUNCTION payments_refuse_new_sum()"),
        *[
            migrations.RunSQL(trigger(table, columns), f"DROP TRIGGER sums_are_final ON {table}")
            for table, columns in FINAL.items()
        ],
    ]
