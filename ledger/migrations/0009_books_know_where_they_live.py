"""Each life of the books on one server has a number: transaction ids do not survive a dump.

Entries carry it by the default of their column; `manage.py adopt` raises it after a restore.
"""

from django.db import migrations, models
from django.db.models.functions import Now

FIRST = """
CREATE FUNCTION ledger_server() RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT system_identifier::text FROM pg_control_system());
EXCEPTION WHEN insufficient_privilege THEN
    RETURN 'unknown';  -- a provider keeps it for itself; transaction ids still tell
END $$;
INSERT INTO ledger_incarnation (number, server, begun_at, strays)
VALUES (1, ledger_server(), now(), 0);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_incarnation
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON ledger_incarnation
    EXECUTE FUNCTION ledger_refuse_change();
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ledger_incarnation FROM countersign_app;
DROP INDEX entries_by_transaction;
CREATE INDEX entries_by_transaction ON ledger_entry (incarnation, transaction_id, id);
"""
NO_FIRST = """
DROP INDEX entries_by_transaction;
CREATE INDEX entries_by_transaction ON ledger_entry (transaction_id, id);
DROP TRIGGER append_only ON ledger_incarnation;
DROP TRIGGER never_truncated ON ledger_incarnation;
DROP FUNCTION ledger_server();
"""

SEAL = """
CREATE OR REPLACE FUNCTION ledger_seal(
    p_number bigint, p_first bigint, p_last bigint, p_entries int, p_contents bytea,
    p_previous bytea, p_hash bytea, p_at timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_incarnation int := (SELECT max(number) FROM ledger_incarnation);
BEGIN
    IF p_number <> coalesce((SELECT max(number) FROM ledger_block), 0) + 1
       OR p_previous <> coalesce((SELECT hash FROM ledger_block ORDER BY number DESC LIMIT 1), '')
       OR p_hash <> sha256(p_previous || p_contents)
       OR p_first <= coalesce((SELECT max(last_transaction) FROM ledger_block
                                WHERE incarnation = v_incarnation), 0) THEN
        RAISE EXCEPTION 'a block follows the last one' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO ledger_block (number, incarnation, first_transaction, last_transaction, entries,
                              contents, previous_hash, hash, sealed_at, is_of_a_restore)
    VALUES (p_number, v_incarnation, p_first, p_last, p_entries, p_contents, p_previous, p_hash,
            p_at, false);
END $$;
"""
SEAL_AS_BEFORE = """
CREATE OR REPLACE FUNCTION ledger_seal(
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
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_blocks_say_what_is_in_them")]

    operations = [
        migrations.CreateModel(
            "Incarnation",
            [
                ("number", models.IntegerField(primary_key=True, serialize=False)),
                ("server", models.CharField(max_length=40)),
                ("begun_at", models.DateTimeField(db_default=Now())),
                ("strays", models.IntegerField(default=0)),
            ],
        ),
        migrations.AddField("block", "is_of_a_restore", models.BooleanField(default=False)),
        migrations.RunSQL(FIRST, NO_FIRST),
        migrations.RunSQL(SEAL, SEAL_AS_BEFORE),
    ]
