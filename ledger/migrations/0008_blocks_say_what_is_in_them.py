"""A block keeps number and digest of each of its entries, so that it can name the one that differs.

The sealer's way in: the application may add the next block, and write no table itself.
"""

from django.db import migrations, models

SEAL = """
CREATE INDEX entries_by_transaction ON ledger_entry (transaction_id, id);
CREATE FUNCTION ledger_seal(
    p_number bigint, p_first bigint, p_last bigint, p_entries int, p_contents bytea,
    p_previous bytea, p_hash bytea, p_at timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF p_number <> coalesce((SELECT max(number) FROM ledger_block), 0) + 1
       OR p_previous <> coalesce((SELECT hash FROM ledger_block ORDER BY number DESC LIMIT 1), '')
       OR p_hash <> sha256(p_previous || p_contents)
       OR p_first <= coalesce((SELECT max(last_transaction) FROM ledger_block), 0) THEN
        RAISE EXCEPTION 'a block follows the last one' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO ledger_block (number, incarnation, first_transaction, last_transaction, entries,
                              contents, previous_hash, hash, sealed_at)
    VALUES (p_number, 1, p_first, p_last, p_entries, p_contents, p_previous, p_hash, p_at);
END $$;
REVOKE EXECUTE ON FUNCTION ledger_seal FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_seal TO countersign_app;
"""
NO_SEAL = """
DROP FUNCTION ledger_seal(bigint, bigint, bigint, int, bytea, bytea, bytea, timestamptz);
DROP INDEX entries_by_transaction;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_records_of_what_was_posted_before")]

    operations = [
        migrations.AddField(
            "block", "contents", models.BinaryField(default=b""), preserve_default=False
        ),
        migrations.RunSQL(SEAL, NO_SEAL),
    ]
