"""What a request asks does not change. Its time to answer grows by what a freeze took of it."""

from django.db import migrations

ASKED = (
    "contract_id, kind, milestone_id, invoice_id, currency, held, offered_net, offered, reason,"
    " asked_by_id, asked_at"
)
MOVED = "NEW.answer_by < OLD.answer_by OR NEW.answer_by > OLD.answer_by AND NEW.stood_to IS NOT"
MOVED += " DISTINCT FROM OLD.stood_to"


def differs(columns: str) -> str:
    names = [name.strip() for name in columns.split(",")]
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return f"(({old}) IS DISTINCT FROM ({new}))"


def trigger(condition: str) -> str:
    return (
        "DROP TRIGGER a_request_asks_what_it_asked ON invoices_refundrequest;"
        "CREATE TRIGGER a_request_asks_what_it_asked BEFORE UPDATE ON invoices_refundrequest"
        f" FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION"
        " invoices_refuse('What was asked for does not change: ask anew')"
    )


class Migration(migrations.Migration):
    dependencies = [("invoices", "0035_clocks_stand_still")]

    operations = [
        migrations.RunSQL(
            trigger(f"{differs(ASKED)} OR {MOVED}"),
            trigger(differs(f"{ASKED}, answer_by")),
        ),
    ]
