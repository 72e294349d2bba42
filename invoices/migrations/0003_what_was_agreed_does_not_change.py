"""Terms are final once offered, a price once its funding began, a document once it is issued."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION invoices_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$;
"""

TERMS = """
CREATE TRIGGER terms_are_final_once_offered BEFORE UPDATE ON invoices_contract
    FOR EACH ROW WHEN (OLD.state <> 'draft' AND (
        (OLD.client_id, OLD.freelancer_id, OLD.currency, OLD.client_fee_bps,
         OLD.freelancer_fee_bps, OLD.review_days, OLD.security_days, OLD.policy_version,
         OLD.tax_treatment, OLD.tax_bps, OLD.tax_text, OLD.offered_at, OLD.expires_at)
        IS DISTINCT FROM
        (NEW.client_id, NEW.freelancer_id, NEW.currency, NEW.client_fee_bps,
         NEW.freelancer_fee_bps, NEW.review_days, NEW.security_days, NEW.policy_version,
         NEW.tax_treatment, NEW.tax_bps, NEW.tax_text, NEW.offered_at, NEW.expires_at)))
    EXECUTE FUNCTION invoices_refuse('The terms of a contract are final once it is offered');
"""

PRICE = """
CREATE TRIGGER a_price_is_final_once_funding_began BEFORE UPDATE ON invoices_milestone
    FOR EACH ROW WHEN (OLD.escrow_id IS NOT NULL AND
        (OLD.contract_id, OLD.currency, OLD.price)
        IS DISTINCT FROM (NEW.contract_id, NEW.currency, NEW.price))
    EXECUTE FUNCTION invoices_refuse('The price of a milestone is final once funding began');
"""

SUMS = """
CREATE TRIGGER an_invoice_asks_what_it_was_drafted_for BEFORE UPDATE ON invoices_invoice
    FOR EACH ROW WHEN (OLD.state <> 'draft' AND (
        (OLD.contract_id, OLD.milestone_id, OLD.issuer_id, OLD.recipient_id, OLD.currency,
         OLD.net, OLD.tax, OLD.gross, OLD.tax_treatment, OLD.tax_bps, OLD.tax_text)
        IS DISTINCT FROM
        (NEW.contract_id, NEW.milestone_id, NEW.issuer_id, NEW.recipient_id, NEW.currency,
         NEW.net, NEW.tax, NEW.gross, NEW.tax_treatment, NEW.tax_bps, NEW.tax_text)))
    EXECUTE FUNCTION invoices_refuse('The sums of an invoice do not change once it is seen');
"""

FEE_SUMS = """
CREATE TRIGGER a_fee_is_what_the_money_said BEFORE UPDATE ON invoices_feeinvoice
    FOR EACH ROW WHEN (
        (OLD.side, OLD.recipient_id, OLD.milestone_id, OLD.escrow_id, OLD.currency, OLD.base,
         OLD.fee_bps, OLD.net, OLD.tax, OLD.gross, OLD.tax_bps, OLD.tax_country, OLD.tax_text,
         OLD.caused_at)
        IS DISTINCT FROM
        (NEW.side, NEW.recipient_id, NEW.milestone_id, NEW.escrow_id, NEW.currency, NEW.base,
         NEW.fee_bps, NEW.net, NEW.tax, NEW.gross, NEW.tax_bps, NEW.tax_country, NEW.tax_text,
         NEW.caused_at))
    EXECUTE FUNCTION invoices_refuse('A fee invoice bills what was charged and nothing else');
"""

DOCUMENT = """
CREATE TRIGGER an_issued_{noun}_is_frozen BEFORE UPDATE ON invoices_{noun}
    FOR EACH ROW WHEN (OLD.number IS NOT NULL AND (
        (OLD.number, OLD.issued_at, OLD.frozen, OLD.frozen_sha256, OLD.verification_code)
        IS DISTINCT FROM
        (NEW.number, NEW.issued_at, NEW.frozen, NEW.frozen_sha256, NEW.verification_code)
        OR (OLD.pdf_id IS NOT NULL AND (OLD.pdf_id, OLD.pdf_sha256)
            IS DISTINCT FROM (NEW.pdf_id, NEW.pdf_sha256))))
    EXECUTE FUNCTION invoices_refuse('An issued document does not change');

CREATE TRIGGER an_issued_{noun}_stays BEFORE DELETE ON invoices_{noun}
    FOR EACH ROW WHEN (OLD.number IS NOT NULL)
    EXECUTE FUNCTION invoices_refuse('An issued document is kept');
"""

FORGET_DOCUMENT = """
DROP TRIGGER an_issued_{noun}_is_frozen ON invoices_{noun};
DROP TRIGGER an_issued_{noun}_stays ON invoices_{noun};
"""

LINES = """
CREATE FUNCTION invoices_refuse_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.invoice_id ELSE NEW.invoice_id END;
BEGIN
    IF EXISTS (SELECT FROM invoices_invoice WHERE id = touched AND number IS NOT NULL) THEN
        RAISE EXCEPTION 'An issued document does not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER lines_of_an_issued_invoice_stay
    BEFORE INSERT OR UPDATE OR DELETE ON invoices_invoiceline
    FOR EACH ROW EXECUTE FUNCTION invoices_refuse_line();
"""


class Migration(migrations.Migration):
    dependencies = [("invoices", "0002_states_change_by_legal_steps_only")]

    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION invoices_refuse()"),
        migrations.RunSQL(TERMS, "DROP TRIGGER terms_are_final_once_offered ON invoices_contract"),
        migrations.RunSQL(
            PRICE, "DROP TRIGGER a_price_is_final_once_funding_began ON invoices_milestone"
        ),
        migrations.RunSQL(
            SUMS, "DROP TRIGGER an_invoice_asks_what_it_was_drafted_for ON invoices_invoice"
        ),
        migrations.RunSQL(
            FEE_SUMS, "DROP TRIGGER a_fee_is_what_the_money_said ON invoices_feeinvoice"
        ),
        *(
            migrations.RunSQL(DOCUMENT.format(noun=noun), FORGET_DOCUMENT.format(noun=noun))
            for noun in ("invoice", "feeinvoice")
        ),
        migrations.RunSQL(
            LINES,
            """DROP TRIGGER lines_of_an_issued_invoice_stay ON invoices_invoiceline;
               DROP FUNCTION invoices_refuse_line();""",
        ),
    ]
