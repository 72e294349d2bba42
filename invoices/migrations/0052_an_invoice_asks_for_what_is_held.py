"""What a bank takes of held money its invoice asks for no more; what comes back, again.

The sums of an invoice that was seen change in no other case: to exactly what is held for it by
now, and where nothing is, because it waits for its payment anew.
"""

from django.db import migrations

HELD = """
CREATE FUNCTION invoices_is_held(escrow bigint, asked numeric) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM payments_escrow AS e
         WHERE e.id = escrow
           AND (e.state = 'lost' OR e.state = 'held'
                AND e.gross - e.released - e.refunded - e.divided - e.lost = asked))
$$;
"""
SUMS = "net, tax, gross"
TERMS = "tax_treatment, tax_bps, tax_text"
PARTIES = "contract_id, milestone_id, issuer_id, recipient_id, currency, source"
DISCOUNT = "prices_include_tax, discount_bps, discount, discount_net"


def differs(columns: str) -> str:
    names = [name.strip() for name in columns.split(",")]
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return f"(({old}) IS DISTINCT FROM ({new}))"


def guarded(name: str, condition: str) -> str:
    return (
        f"DROP TRIGGER {name} ON invoices_invoice;"
        f"CREATE TRIGGER {name} BEFORE UPDATE ON invoices_invoice"
        f" FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION"
        " invoices_refuse('The sums of an invoice do not change once it is seen')"
    )


FALLS = "OLD.state = 'contested' AND NEW.gross < OLD.gross AND NEW.net <= OLD.net"
FITS = (
    "OLD.state IN ('submitted', 'returned') AND NEW.state = OLD.state"
    " AND invoices_is_held(NEW.escrow_id, NEW.gross)"
)


def asked(may: str) -> str:
    return guarded(
        "an_invoice_asks_what_it_was_drafted_for",
        f"(OLD.state <> 'draft' AND {differs(PARTIES)}) OR "
        f"(OLD.state NOT IN ('draft', 'returned') AND {differs(f'{TERMS}, net_days')}) OR "
        f"(OLD.state NOT IN ('draft', 'returned') AND {differs(SUMS)} AND NOT ({may})) OR "
        f"(OLD.state = 'returned' AND OLD.source = 'milestone' AND {differs(TERMS)}) OR "
        f"(OLD.state = 'returned' AND OLD.source = 'milestone' AND {differs(SUMS)}"
        f" AND NOT ({may}))",
    )


def discounted(may: str) -> str:
    return guarded(
        "a_discount_is_what_it_was_when_seen",
        "(OLD.state NOT IN ('draft', 'returned')"
        " OR OLD.state = 'returned' AND OLD.source = 'milestone')"
        f" AND {differs(DISCOUNT)} AND NOT ({may})",
    )


LINES = """
CREATE OR REPLACE FUNCTION invoices_refuse_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.invoice_id ELSE NEW.invoice_id END;
BEGIN
    IF EXISTS (SELECT FROM invoices_invoice AS i WHERE i.id = touched AND NOT (
                   i.state = 'draft' OR (i.state = 'returned' AND i.source <> 'milestone')
                   OR ({may}) AND (
                       TG_TABLE_NAME = 'invoices_invoicetax' OR TG_OP = 'UPDATE'
                       AND to_jsonb(NEW) - 'discount_share' = to_jsonb(OLD) - 'discount_share')))
    THEN
        RAISE EXCEPTION 'The lines of an invoice do not change once it is seen'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""
CONTESTED = "i.state = 'contested'"
# Before its sums: until they are what is held, each line takes its share.
WAITS = (
    "i.state IN ('submitted', 'returned') AND i.escrow_id IS NOT NULL AND EXISTS ("
    "SELECT FROM payments_escrow AS e WHERE e.id = i.escrow_id AND (e.state = 'lost'"
    " OR e.state = 'held' AND e.gross - e.released - e.refunded - e.divided - e.lost <> i.gross))"
)


class Migration(migrations.Migration):
    dependencies = [("invoices", "0051_fees_are_earned_again")]

    operations = [
        migrations.RunSQL(HELD, "DROP FUNCTION invoices_is_held(bigint, numeric)"),
        migrations.RunSQL(asked(f"({FALLS}) OR ({FITS})"), asked(FALLS)),
        migrations.RunSQL(discounted(f"({FALLS}) OR ({FITS})"), discounted(FALLS)),
        migrations.RunSQL(
            LINES.format(may=f"({CONTESTED}) OR ({WAITS})"), LINES.format(may=CONTESTED)
        ),
    ]
