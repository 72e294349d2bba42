"""While a freeze is open nothing leaves its escrow, but for what a bank has taken."""

from django.db import migrations

# Once a statement of the books. Where nothing at all is frozen it is one look at an index.
KEPT = """
CREATE FUNCTION payments_frozen_money_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM payments_freeze WHERE ended_at IS NULL) AND EXISTS (
        SELECT FROM written AS w
          JOIN ledger_account AS a ON a.id = w.account_id AND a.code LIKE 'escrow:%'
          JOIN ledger_entry AS e ON e.id = w.entry_id AND e.kind <> 'lose_escrow'
          JOIN payments_escrow AS kept ON kept.ref = substr(a.code, 8)
          JOIN payments_freeze AS f ON f.escrow_id = kept.id AND f.ended_at IS NULL
         WHERE w.amount < 0)
    THEN
        RAISE EXCEPTION 'Nothing leaves a frozen escrow' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER nothing_leaves_a_frozen_escrow AFTER INSERT ON ledger_posting
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION payments_frozen_money_stays();
"""
NOT_KEPT = """
DROP TRIGGER nothing_leaves_a_frozen_escrow ON ledger_posting;
DROP FUNCTION payments_frozen_money_stays();
"""
BEGUN = "id, escrow_id, cause, reason, opened_at, opened_by_id"
OLD, NEW = (", ".join(f"{row}.{name}" for name in BEGUN.split(", ")) for row in ("OLD", "NEW"))
FINAL = f"""
CREATE TRIGGER a_freeze_that_ended_stays BEFORE UPDATE ON payments_freeze FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL OR ROW({OLD}) IS DISTINCT FROM ROW({NEW}))
    EXECUTE FUNCTION payments_refuse_new_sum();
CREATE TRIGGER a_freeze_is_kept BEFORE DELETE ON payments_freeze FOR EACH ROW
    EXECUTE FUNCTION payments_refuse_new_sum();
"""
NOT_FINAL = """
DROP TRIGGER a_freeze_is_kept ON payments_freeze;
DROP TRIGGER a_freeze_that_ended_stays ON payments_freeze;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0016_escrows_freeze"),
        ("ledger", "0005_the_application_may_only_execute"),
    ]

    operations = [
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.RunSQL(FINAL, NOT_FINAL),
    ]
