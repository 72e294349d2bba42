"""A payment takes the place of one of the same client that was given up, and of no other."""

from django.db import migrations

RULES = """
CREATE FUNCTION payments_charge_replaces_what_was_given_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payments_charge AS c
                    WHERE c.id = NEW.replaces_id AND c.id < NEW.id AND c.state = 'cancelled'
                      AND c.client_id = NEW.client_id AND c.currency = NEW.currency) THEN
        RAISE EXCEPTION 'a payment takes the place of one of its client that was given up'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_what_was_given_up_is_replaced BEFORE INSERT ON payments_charge FOR EACH ROW
    WHEN (NEW.replaces_id IS NOT NULL)
    EXECUTE FUNCTION payments_charge_replaces_what_was_given_up();
CREATE TRIGGER what_a_charge_replaces_is_final BEFORE UPDATE ON payments_charge FOR EACH ROW
    WHEN (OLD.replaces_id IS DISTINCT FROM NEW.replaces_id)
    EXECUTE FUNCTION payments_refuse_new_sum();
"""
NO_RULES = """
DROP TRIGGER what_a_charge_replaces_is_final ON payments_charge;
DROP TRIGGER only_what_was_given_up_is_replaced ON payments_charge;
DROP FUNCTION payments_charge_replaces_what_was_given_up();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0067_charges_take_the_place_of_others")]

    operations = [migrations.RunSQL(RULES, NO_RULES)]
