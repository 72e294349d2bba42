"""Whoever inserts a posting changes the balance, in order, and only so; entries come whole.

`transaction_id` and `incarnation` are the sealer's. Transaction ids do not survive a dump:
after a restore the default of `incarnation` is raised by one.
"""

from django.db import migrations

COLUMNS = """
ALTER TABLE ledger_entry
    ADD COLUMN transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    ADD COLUMN incarnation integer NOT NULL DEFAULT 1;
ALTER TABLE ledger_account SET (fillfactor = 50);  -- room for updates inside the page
"""
NO_COLUMNS = """
ALTER TABLE ledger_account RESET (fillfactor);
ALTER TABLE ledger_entry DROP COLUMN incarnation, DROP COLUMN transaction_id;
"""

# The row lock taken here is the concurrency control, and the proof that the account exists.
APPLY = """
CREATE FUNCTION ledger_apply_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_account SET balance = balance + NEW.amount, seq = seq + 1
     WHERE id = NEW.account_id AND closed_at IS NULL
    RETURNING seq, balance, currency INTO NEW.seq, NEW.balance_after, NEW.currency;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no open account %', NEW.account_id
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER the_insert_is_the_posting BEFORE INSERT ON ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_apply_posting();
"""
NO_APPLY = """
DROP TRIGGER the_insert_is_the_posting ON ledger_posting;
DROP FUNCTION ledger_apply_posting();
"""

# Once a statement, however many entries it writes. Most write one, in one currency: that is
# seen with one pass over the lines and one probe for the header.
WHOLE = """
CREATE FUNCTION ledger_whole_entries_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    w record;
    v_broken boolean;
BEGIN
    SELECT min(entry_id) AS entry, max(entry_id) AS last_entry, min(currency) AS currency,
           max(currency) AS last_currency, count(*) AS lines, min(line) AS first,
           max(line) AS last, sum(amount) AS total
      INTO w FROM written;
    IF w.entry = w.last_entry AND w.currency = w.last_currency THEN
        v_broken := w.total <> 0 OR w.first <> 1 OR w.last <> w.lines OR NOT EXISTS (
            SELECT FROM ledger_entry AS e
             WHERE e.id = w.entry AND e.n_postings = w.lines
               AND e.transaction_id = pg_current_xact_id());
    ELSE
        v_broken := EXISTS (
            SELECT FROM (
                SELECT entry_id, sum(lines) AS lines, min(first) AS first, max(last) AS last,
                       bool_and(total = 0) AS balances
                  FROM (SELECT entry_id, count(*) AS lines, min(line) AS first,
                               max(line) AS last, sum(amount) AS total
                          FROM written GROUP BY entry_id, currency) AS per_currency
                 GROUP BY entry_id) AS per_entry
              LEFT JOIN ledger_entry AS e ON e.id = per_entry.entry_id
             WHERE e.id IS NULL OR NOT balances OR e.transaction_id <> pg_current_xact_id()
                OR lines <> e.n_postings OR first <> 1 OR last <> e.n_postings);
    END IF;
    IF v_broken THEN
        RAISE EXCEPTION 'postings come whole: all lines, balanced, with their entry'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER whole_entries_only AFTER INSERT ON ledger_posting
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_whole_entries_only();
"""
NO_WHOLE = """
DROP TRIGGER whole_entries_only ON ledger_posting;
DROP FUNCTION ledger_whole_entries_only();
"""

# A header without postings would burn its key. Where there is one line there are all of them.
# Runs at the commit, once an entry: a plan made while the table was small must not stay.
GHOSTS = """
CREATE FUNCTION ledger_no_ghosts() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_posting WHERE entry_id = NEW.id) THEN
        RAISE EXCEPTION 'entry % has no postings', NEW.key USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER no_ghost_entries AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_no_ghosts();
"""
NO_GHOSTS = """
DROP TRIGGER no_ghost_entries ON ledger_entry;
DROP FUNCTION ledger_no_ghosts();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(COLUMNS, NO_COLUMNS),
        migrations.RunSQL(APPLY, NO_APPLY),
        migrations.RunSQL(WHOLE, NO_WHOLE),
        migrations.RunSQL(GHOSTS, NO_GHOSTS),
    ]
