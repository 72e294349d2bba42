"""The machine of a difference, as the database knows it; and what was found is final."""

from django.db import migrations

FINAL = {
    "payments_reconciliationdifference": (
        "sort, about, gateway, account, line_id, entry_key, currency, amount_minor, happened_at,"
        " found_at"
    ),
    "payments_providerline": (
        "gateway, account, line_id, source_id, kind, currency, amount_minor, cost_minor, made_at"
    ),
}


def trigger(table: str, columns: str) -> str:
    names = [name.strip() for name in columns.split(",")]
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return (
        f"CREATE TRIGGER sums_are_final BEFORE UPDATE ON {table} FOR EACH ROW"
        f" WHEN (ROW({old}) IS DISTINCT FROM ROW({new}))"
        " EXECUTE FUNCTION payments_refuse_new_sum()"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0032_provider_lines_are_compared"),
        ("platform", "0001_the_application_has_a_role"),
    ]

    operations = [
        migrations.RunSQL(
            "SELECT teach_machine('payments_reconciliationdifference', 'open',"
            " 'open>explained open>resolved')",
            "SELECT forget_machine('payments_reconciliationdifference')",
        ),
        *[
            migrations.RunSQL(trigger(table, columns), f"DROP TRIGGER sums_are_final ON {table}")
            for table, columns in FINAL.items()
        ],
    ]
