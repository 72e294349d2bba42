"""The client's fee of a lot is as final as its other sums."""

from django.db import migrations

BEFORE = (
    "net, gross, fee, fee_tax, amount, currency, client_id, freelancer_id, escrow_id,"
    " settlement_id, available_at"
)


def trigger(columns: str) -> str:
    names = [name.strip() for name in columns.split(",")]
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return (
        "DROP TRIGGER sums_are_final ON payments_lot;"
        "CREATE TRIGGER sums_are_final BEFORE UPDATE ON payments_lot FOR EACH ROW"
        f" WHEN (ROW({old}) IS DISTINCT FROM ROW({new}))"
        " EXECUTE FUNCTION payments_refuse_new_sum()"
    )


class Migration(migrations.Migration):
    dependencies = [("payments", "0011_what_went_back_is_always_known")]

    operations = [
        migrations.RunSQL(trigger(f"{BEFORE}, client_fee, client_fee_tax"), trigger(BEFORE))
    ]
