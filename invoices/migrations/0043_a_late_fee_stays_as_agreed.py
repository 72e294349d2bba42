"""What paying late costs is final once the contract is offered; what it has cost stays."""

from django.db import migrations

AGREED = """
CREATE FUNCTION invoices_late_fee_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    its_contract bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.contract_id ELSE NEW.contract_id END;
BEGIN
    IF TG_OP = 'UPDATE' OR (
            SELECT state FROM invoices_contract WHERE id = its_contract) <> 'draft' THEN
        RAISE EXCEPTION 'What paying late costs is final once it is offered'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER a_late_fee_stays_as_agreed BEFORE INSERT OR UPDATE OR DELETE
    ON invoices_latefeepolicy FOR EACH ROW EXECUTE FUNCTION invoices_late_fee_is_final();
CREATE TRIGGER a_charged_late_fee_stays BEFORE UPDATE OR DELETE ON invoices_latefee
    FOR EACH ROW EXECUTE FUNCTION invoices_refuse('A late fee was charged, or waived, for good');
"""
NOT_AGREED = """
DROP TRIGGER a_charged_late_fee_stays ON invoices_latefee;
DROP TRIGGER a_late_fee_stays_as_agreed ON invoices_latefeepolicy;
DROP FUNCTION invoices_late_fee_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("invoices", "0042_paying_late_has_a_price")]

    operations = [migrations.RunSQL(AGREED, NOT_AGREED)]
