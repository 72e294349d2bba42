"""The steps of what is in dispute. Its sums may fall to what was decided, and never rise."""

from django.db import migrations

INVOICE = (
    "submitted>contested returned>contested contested>submitted contested>returned"
    " contested>approved contested>withdrawn"
)
REQUEST = "asked>disputed refused>disputed disputed>granted disputed>closed"
SUMS = "net, tax, gross"
TERMS = "tax_treatment, tax_bps, tax_text"
PARTIES = "contract_id, milestone_id, issuer_id, recipient_id, currency, source"
DISCOUNT = "prices_include_tax, discount_bps, discount, discount_net"


def differs(columns: str) -> str:
    names = [name.strip() for name in columns.split(",")]
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return f"(({old}) IS DISTINCT FROM ({new}))"


def asked(condition: str) -> str:
    return (
        "DROP TRIGGER an_invoice_asks_what_it_was_drafted_for ON invoices_invoice;"
        "CREATE TRIGGER an_invoice_asks_what_it_was_drafted_for BEFORE UPDATE ON invoices_invoice"
        f" FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION"
        " invoices_refuse('The sums of an invoice do not change once it is seen')"
    )


def discounted(condition: str) -> str:
    return (
        "DROP TRIGGER a_discount_is_what_it_was_when_seen ON invoices_invoice;"
        "CREATE TRIGGER a_discount_is_what_it_was_when_seen BEFORE UPDATE ON invoices_invoice"
        f" FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION"
        " invoices_refuse('The sums of an invoice do not change once it is seen')"
    )


SEEN_BEFORE = (
    f"(OLD.state <> 'draft' AND {differs(PARTIES)}) OR "
    f"(OLD.state NOT IN ('draft', 'returned') AND {differs(f'{SUMS}, {TERMS}, net_days')}) OR "
    f"(OLD.state = 'returned' AND OLD.source = 'milestone' AND {differs(f'{SUMS}, {TERMS}')})"
)
FALLS = "OLD.state = 'contested' AND NEW.gross < OLD.gross AND NEW.net <= OLD.net"
SEEN = (
    f"(OLD.state <> 'draft' AND {differs(PARTIES)}) OR "
    f"(OLD.state NOT IN ('draft', 'returned') AND {differs(f'{TERMS}, net_days')}) OR "
    f"(OLD.state NOT IN ('draft', 'returned') AND {differs(SUMS)} AND NOT ({FALLS})) OR "
    f"(OLD.state = 'returned' AND OLD.source = 'milestone' AND {differs(f'{SUMS}, {TERMS}')})"
)
DISCOUNTED_BEFORE = (
    "(OLD.state NOT IN ('draft', 'returned')"
    " OR OLD.state = 'returned' AND OLD.source = 'milestone')"
    f" AND {differs(DISCOUNT)}"
)
DISCOUNTED = f"{DISCOUNTED_BEFORE} AND NOT ({FALLS})"

REFUSE_LINE = """
CREATE OR REPLACE FUNCTION invoices_refuse_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.invoice_id ELSE NEW.invoice_id END;
BEGIN
    IF EXISTS (SELECT FROM invoices_invoice WHERE id = touched AND NOT (
                   state = 'draft' OR (state = 'returned' AND source <> 'milestone'){decided})) THEN
        RAISE EXCEPTION 'The lines of an invoice do not change once it is seen'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""
# What was decided is taken off the whole: rows by rate come, and each line bears its share.
DECIDED = """
                   OR (state = 'contested' AND (
                       TG_TABLE_NAME = 'invoices_invoicetax' OR TG_OP = 'UPDATE'
                       AND to_jsonb(NEW) - 'discount_share' = to_jsonb(OLD) - 'discount_share'))"""


class Migration(migrations.Migration):
    dependencies = [("invoices", "0038_invoices_are_contested")]

    operations = [
        *[
            migrations.RunSQL(
                f"SELECT teach_steps('{table}', '', '{steps}')",
                f"SELECT forget_steps('{table}', '', '{steps}')",
            )
            for table, steps in [
                ("invoices_invoice", INVOICE),
                ("invoices_refundrequest", REQUEST),
            ]
        ],
        migrations.RunSQL(asked(SEEN), asked(SEEN_BEFORE)),
        migrations.RunSQL(discounted(DISCOUNTED), discounted(DISCOUNTED_BEFORE)),
        migrations.RunSQL(REFUSE_LINE.format(decided=DECIDED), REFUSE_LINE.format(decided="")),
    ]
