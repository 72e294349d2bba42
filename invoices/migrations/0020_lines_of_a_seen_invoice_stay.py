"""What the client has seen does not change, line by line; and a document has one currency."""

from django.db import migrations

# Written by hand, an invoice may be changed while the client asks for changes; others may not.
REFUSE_LINE = """
CREATE OR REPLACE FUNCTION invoices_refuse_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.invoice_id ELSE NEW.invoice_id END;
BEGIN
    IF EXISTS (SELECT FROM invoices_invoice WHERE id = touched AND NOT (
                   state = 'draft' OR (state = 'returned' AND source <> 'milestone'))) THEN
        RAISE EXCEPTION 'The lines of an invoice do not change once it is seen'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""

REFUSE_LINE_BEFORE = """
CREATE OR REPLACE FUNCTION invoices_refuse_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.invoice_id ELSE NEW.invoice_id END;
BEGIN
    IF EXISTS (SELECT FROM invoices_invoice WHERE id = touched AND number IS NOT NULL) THEN
        RAISE EXCEPTION 'An issued document does not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""

TAXES = """
CREATE TRIGGER taxes_of_a_seen_invoice_stay
    BEFORE INSERT OR UPDATE OR DELETE ON invoices_invoicetax
    FOR EACH ROW EXECUTE FUNCTION invoices_refuse_line();
"""

DISCOUNT = """
CREATE TRIGGER a_discount_is_what_it_was_when_seen BEFORE UPDATE ON invoices_invoice
    FOR EACH ROW WHEN (
        (OLD.state NOT IN ('draft', 'returned')
         OR OLD.state = 'returned' AND OLD.source = 'milestone')
        AND (OLD.prices_include_tax, OLD.discount_bps, OLD.discount, OLD.discount_net)
            IS DISTINCT FROM
            (NEW.prices_include_tax, NEW.discount_bps, NEW.discount, NEW.discount_net))
    EXECUTE FUNCTION invoices_refuse('The sums of an invoice do not change once it is seen');
"""

# (table, column that points, table it points to): both are in the same currency.
ONE_CURRENCY = [
    (
        "invoices_invoice",
        "contract_id",
        "invoices_contract",
        "invoice_is_in_its_contracts_currency",
    ),
    ("invoices_invoiceline", "invoice_id", "invoices_invoice", "line_is_in_its_invoices_currency"),
    ("invoices_invoicetax", "invoice_id", "invoices_invoice", "tax_is_in_its_invoices_currency"),
]


def one_currency() -> str:
    keys = "".join(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_has_one_currency UNIQUE (id, currency);"
        for table in ("invoices_contract", "invoices_invoice")
    )
    return keys + "".join(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, currency)"
        f" REFERENCES {above} (id, currency) DEFERRABLE INITIALLY DEFERRED;"
        for table, column, above, name in ONE_CURRENCY
    )


def any_currency() -> str:
    links = "".join(
        f"ALTER TABLE {table} DROP CONSTRAINT {name};" for table, _, _, name in ONE_CURRENCY
    )
    return links + "".join(
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_has_one_currency;"
        for table in ("invoices_contract", "invoices_invoice")
    )


class Migration(migrations.Migration):
    dependencies = [("invoices", "0019_lines_have_units_discounts_and_rates")]

    operations = [
        migrations.RunSQL(REFUSE_LINE, REFUSE_LINE_BEFORE),
        migrations.RunSQL(
            TAXES, "DROP TRIGGER taxes_of_a_seen_invoice_stay ON invoices_invoicetax"
        ),
        migrations.RunSQL(
            DISCOUNT, "DROP TRIGGER a_discount_is_what_it_was_when_seen ON invoices_invoice"
        ),
        migrations.RunSQL(one_currency(), any_currency()),
    ]
