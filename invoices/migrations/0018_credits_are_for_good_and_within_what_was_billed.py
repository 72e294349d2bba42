"""Credit notes do not change, and take back no more than was billed; write-offs are a machine."""

from django.db import migrations

DOCUMENT = """
CREATE TRIGGER an_issued_{noun}_is_frozen BEFORE UPDATE ON invoices_{noun}
    FOR EACH ROW WHEN (OLD.number IS NOT NULL AND (
        (OLD.number, OLD.series, OLD.series_year, OLD.place, OLD.issued_at, OLD.frozen,
         OLD.frozen_sha256, OLD.verification_code)
        IS DISTINCT FROM
        (NEW.number, NEW.series, NEW.series_year, NEW.place, NEW.issued_at, NEW.frozen,
         NEW.frozen_sha256, NEW.verification_code)
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

SUMS = """
CREATE TRIGGER a_credit_note_says_what_it_did BEFORE UPDATE ON invoices_creditnote
    FOR EACH ROW WHEN (
        (OLD.invoice_id, OLD.issuer_id, OLD.recipient_id, OLD.by_id, OLD.reason, OLD.currency,
         OLD.net, OLD.tax, OLD.gross, OLD.owed_less, OLD.to_receivable, OLD.to_credit,
         OLD.moves_money)
        IS DISTINCT FROM
        (NEW.invoice_id, NEW.issuer_id, NEW.recipient_id, NEW.by_id, NEW.reason, NEW.currency,
         NEW.net, NEW.tax, NEW.gross, NEW.owed_less, NEW.to_receivable, NEW.to_credit,
         NEW.moves_money))
    EXECUTE FUNCTION invoices_refuse('An issued document does not change');

CREATE TRIGGER a_fee_credit_is_what_went_back BEFORE UPDATE ON invoices_feecreditnote
    FOR EACH ROW WHEN (
        (OLD.fee_invoice_id, OLD.cause, OLD.currency, OLD.net, OLD.tax, OLD.gross, OLD.caused_at)
        IS DISTINCT FROM
        (NEW.fee_invoice_id, NEW.cause, NEW.currency, NEW.net, NEW.tax, NEW.gross, NEW.caused_at))
    EXECUTE FUNCTION invoices_refuse('A fee credit note is what went back and nothing else');

CREATE TRIGGER lines_of_a_credit_note_stay BEFORE UPDATE OR DELETE ON invoices_creditnoteline
    FOR EACH ROW EXECUTE FUNCTION invoices_refuse('An issued document does not change');
"""
FORGET_SUMS = """
DROP TRIGGER a_credit_note_says_what_it_did ON invoices_creditnote;
DROP TRIGGER a_fee_credit_is_what_went_back ON invoices_feecreditnote;
DROP TRIGGER lines_of_a_credit_note_stay ON invoices_creditnoteline;
"""

WITHIN = """
CREATE FUNCTION invoices_refuse_too_much_credit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever credits another part of it at this moment waits here.
    PERFORM FROM invoices_invoice AS i JOIN invoices_invoiceline AS l ON l.invoice_id = i.id
      WHERE l.id = NEW.invoice_line_id FOR NO KEY UPDATE OF i;
    IF (SELECT sum(c.amount) FROM invoices_creditnoteline AS c
         WHERE c.invoice_line_id = NEW.invoice_line_id)
       > (SELECT l.amount FROM invoices_invoiceline AS l WHERE l.id = NEW.invoice_line_id)
    THEN
        RAISE EXCEPTION 'No more of a line is credited than it billed'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER no_more_is_credited_than_was_billed AFTER INSERT ON invoices_creditnoteline
    FOR EACH ROW EXECUTE FUNCTION invoices_refuse_too_much_credit();

CREATE FUNCTION invoices_refuse_too_much_fee_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM invoices_feeinvoice WHERE id = NEW.fee_invoice_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM invoices_feeinvoice AS f
          JOIN invoices_feecreditnote AS c ON c.fee_invoice_id = f.id
         WHERE f.id = NEW.fee_invoice_id
         GROUP BY f.id HAVING sum(c.net) > f.net OR sum(c.tax) > f.tax)
    THEN
        RAISE EXCEPTION 'No more of a fee is credited than was billed'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER no_more_fee_is_credited_than_was_billed AFTER INSERT ON invoices_feecreditnote
    FOR EACH ROW EXECUTE FUNCTION invoices_refuse_too_much_fee_back();
"""
FORGET_WITHIN = """
DROP TRIGGER no_more_is_credited_than_was_billed ON invoices_creditnoteline;
DROP FUNCTION invoices_refuse_too_much_credit();
DROP TRIGGER no_more_fee_is_credited_than_was_billed ON invoices_feecreditnote;
DROP FUNCTION invoices_refuse_too_much_fee_back();
"""
STEPS = "approved>credited paid>credited approved>written_off written_off>paid"
WRITE_OFF = "asked>confirmed asked>refused"


class Migration(migrations.Migration):
    dependencies = [("invoices", "0017_credit_notes_and_write_offs")]

    operations = [
        migrations.RunSQL(
            f"SELECT teach_steps('invoices_invoice', '', '{STEPS}')",
            f"SELECT forget_steps('invoices_invoice', '', '{STEPS}')",
        ),
        migrations.RunSQL(
            f"SELECT teach_machine('invoices_writeoff', 'asked', '{WRITE_OFF}')",
            "SELECT forget_machine('invoices_writeoff')",
        ),
        *(
            migrations.RunSQL(DOCUMENT.format(noun=noun), FORGET_DOCUMENT.format(noun=noun))
            for noun in ("creditnote", "feecreditnote")
        ),
        migrations.RunSQL(SUMS, FORGET_SUMS),
        migrations.RunSQL(WITHIN, FORGET_WITHIN),
    ]
