"""A reservation raises `held`, its end lowers it; the floor of the account does the rest."""

from django.db import migrations

RESERVING = """
CREATE FUNCTION ledger_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_account SET held = held + NEW.amount
     WHERE id = NEW.account_id AND closed_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no open account %', NEW.account_id
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_reservation_holds BEFORE INSERT ON ledger_reservation
    FOR EACH ROW EXECUTE FUNCTION ledger_hold();

-- After the row is in, and with it the proof that this is the first end.
CREATE FUNCTION ledger_let_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_account AS a SET held = a.held - r.amount
      FROM ledger_reservation AS r WHERE r.id = NEW.reservation_id AND a.id = r.account_id;
    RETURN NULL;
END $$;
CREATE TRIGGER an_end_lets_go AFTER INSERT ON ledger_reservationend
    FOR EACH ROW EXECUTE FUNCTION ledger_let_go();

ALTER TABLE ledger_reservationend
    RENAME CONSTRAINT ledger_reservationend_pkey TO a_reservation_ends_once;
"""
NO_RESERVING = """
ALTER TABLE ledger_reservationend
    RENAME CONSTRAINT a_reservation_ends_once TO ledger_reservationend_pkey;
DROP TRIGGER an_end_lets_go ON ledger_reservationend;
DROP FUNCTION ledger_let_go();
DROP TRIGGER a_reservation_holds ON ledger_reservation;
DROP FUNCTION ledger_hold();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_the_books_are_append_only")]

    operations = [migrations.RunSQL(RESERVING, NO_RESERVING)]
