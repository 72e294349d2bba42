"""The machine of the refund request, what it asks, and invoices whose sum was agreed before."""

from django.db import migrations

REQUEST = "asked>granted asked>refused asked>withdrawn asked>closed"
ASKED = (
    "contract_id, kind, milestone_id, invoice_id, currency, held, offered_net, offered, reason,"
    " asked_by_id, asked_at, answer_by"
)


def differs(columns: str) -> str:
    names = [name.strip() for name in columns.split(",")]
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return f"(({old}) IS DISTINCT FROM ({new}))"


class Migration(migrations.Migration):
    dependencies = [("invoices", "0022_clients_ask_for_money_back")]

    operations = [
        migrations.RunSQL(
            f"SELECT teach_machine('invoices_refundrequest', 'asked', '{REQUEST}')",
            "SELECT forget_machine('invoices_refundrequest')",
        ),
        migrations.RunSQL(
            "SELECT teach_steps('invoices_invoice', '', 'draft>approved')",
            "SELECT forget_steps('invoices_invoice', '', 'draft>approved')",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER a_request_asks_what_it_asked BEFORE UPDATE ON invoices_refundrequest"
            f" FOR EACH ROW WHEN {differs(ASKED)} EXECUTE FUNCTION"
            " invoices_refuse('What was asked for does not change: ask anew')",
            "DROP TRIGGER a_request_asks_what_it_asked ON invoices_refundrequest",
        ),
    ]
