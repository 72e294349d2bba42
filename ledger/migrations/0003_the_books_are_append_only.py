"""Nothing in the books is changed or deleted, and a balance changes by postings alone."""

from django.db import migrations

BOOKS = ["entry", "posting", "reservation", "reservationend", "block", "snapshot"]
NAMES = "\n".join(
    f"""
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_{name}
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON ledger_{name}
    EXECUTE FUNCTION ledger_refuse_change();"""
    for name in BOOKS
)
APPEND_ONLY = f"""
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the books are append-only: post a correcting entry'
        USING ERRCODE = 'check_violation';
END $$;
{NAMES}
CREATE TRIGGER never_deleted BEFORE DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON ledger_account
    EXECUTE FUNCTION ledger_refuse_change();
"""
CHANGEABLE = (
    "\n".join(
        f"DROP TRIGGER append_only ON ledger_{name}; DROP TRIGGER never_truncated ON ledger_{name};"
        for name in BOOKS
    )
    + """
DROP TRIGGER never_deleted ON ledger_account;
DROP TRIGGER never_truncated ON ledger_account;
DROP FUNCTION ledger_refuse_change();
"""
)

# A posting's trigger updates the account from one level down, where nobody else can be: that
# depth is the marker. An UPDATE that comes from outside never has it, whatever it sets.
GUARD = """
CREATE FUNCTION ledger_balances_change_by_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.balance, NEW.seq, NEW.held) IS DISTINCT FROM (OLD.balance, OLD.seq, OLD.held) THEN
        RAISE EXCEPTION 'balances change only by posting' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER balances_change_by_posting BEFORE UPDATE ON ledger_account
    FOR EACH ROW WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION ledger_balances_change_by_posting();

CREATE FUNCTION ledger_sound_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.balance <> 0 OR NEW.seq <> 0 OR NEW.held <> 0 THEN
            RAISE EXCEPTION 'accounts are born empty' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF OLD.seq > 0 THEN
        RAISE EXCEPTION 'an account with postings keeps what it is'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind NOT IN ('asset', 'liability', 'income', 'expense') THEN
        RAISE EXCEPTION 'there is no such kind of account: %', NEW.kind
            USING ERRCODE = 'check_violation';
    ELSIF NEW.kind = 'liability' AND NEW.holder_id IS NOT NULL
          AND NEW.min_balance IS DISTINCT FROM 0 THEN
        RAISE EXCEPTION 'what we owe somebody has a floor of 0' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_are_born_empty_and_sound BEFORE INSERT ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_sound_account();
CREATE TRIGGER an_account_keeps_what_it_is BEFORE UPDATE
    OF id, code, currency, kind, holder_id, parent_id, min_balance, max_balance ON ledger_account
    FOR EACH ROW
    WHEN ((NEW.id, NEW.code, NEW.currency, NEW.kind, NEW.holder_id, NEW.parent_id,
           NEW.min_balance, NEW.max_balance)
          IS DISTINCT FROM
          (OLD.id, OLD.code, OLD.currency, OLD.kind, OLD.holder_id, OLD.parent_id,
           OLD.min_balance, OLD.max_balance))
    EXECUTE FUNCTION ledger_sound_account();

CREATE FUNCTION ledger_close_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an account closes empty' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER an_account_closes_empty BEFORE UPDATE OF closed_at ON ledger_account
    FOR EACH ROW WHEN (NEW.closed_at IS NOT NULL AND (NEW.balance <> 0 OR NEW.held <> 0))
    EXECUTE FUNCTION ledger_close_empty();
"""
NO_GUARD = """
DROP TRIGGER an_account_closes_empty ON ledger_account;
DROP FUNCTION ledger_close_empty();
DROP TRIGGER an_account_keeps_what_it_is ON ledger_account;
DROP TRIGGER accounts_are_born_empty_and_sound ON ledger_account;
DROP FUNCTION ledger_sound_account();
DROP TRIGGER balances_change_by_posting ON ledger_account;
DROP FUNCTION ledger_balances_change_by_posting();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_the_insert_is_the_posting")]

    operations = [
        migrations.RunSQL(APPEND_ONLY, CHANGEABLE),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
