"""What is charged while nobody looks has the rate of its moment: until it is under way, another."""

from django.db import migrations

CHARGE = "amount, currency, client_id"
SAID = "organization_id, is_own, margin_bps, said_by_id, said_at"
TRIED = "collection_id, method_id, command_id, round, begun_at"


def final(table: str, columns: str, name: str) -> str:
    names = [f'"{each.strip()}"' for each in columns.split(",")]
    old, new = (", ".join(f"{row}.{each}" for each in names) for row in ("OLD", "NEW"))
    return (
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW"
        f" WHEN (ROW({old}) IS DISTINCT FROM ROW({new}))"
        " EXECUTE FUNCTION payments_refuse_new_sum()"
    )


def other(table: str, name: str, before: str, after: str) -> migrations.RunSQL:
    gone = f"DROP TRIGGER {name} ON {table}"
    return migrations.RunSQL(
        f"{gone}; {final(table, after, name)}", f"{gone}; {final(table, before, name)}"
    )


RATES = """
CREATE TRIGGER a_charge_under_way_keeps_its_rate BEFORE UPDATE ON payments_charge FOR EACH ROW
    WHEN (OLD.quote_id IS DISTINCT FROM NEW.quote_id
          AND (OLD.state <> 'begun' OR NEW.state <> 'begun'))
    EXECUTE FUNCTION payments_refuse_new_sum();
CREATE TRIGGER a_later_rate_is_for_the_same_charge BEFORE UPDATE ON payments_charge FOR EACH ROW
    WHEN (NEW.quote_id IS NOT NULL AND OLD.quote_id IS DISTINCT FROM NEW.quote_id)
    EXECUTE FUNCTION payments_charge_is_of_its_quote();

-- Only what nobody agreed to by its sum may be charged at another rate.
CREATE FUNCTION payments_only_collections_change_rates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payments_collection AS c
                    WHERE c.charge_id = NEW.id AND c.only_id IS NULL) THEN
        RAISE EXCEPTION 'a rate that somebody saw and agreed to is not changed'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_rate_that_was_agreed_to_stays BEFORE UPDATE ON payments_charge FOR EACH ROW
    WHEN (OLD.quote_id IS DISTINCT FROM NEW.quote_id)
    EXECUTE FUNCTION payments_only_collections_change_rates();

CREATE TRIGGER what_a_client_chose_is_never_forgotten BEFORE DELETE ON payments_currencychoice
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_new_sum();
"""
NO_RATES = """
DROP TRIGGER what_a_client_chose_is_never_forgotten ON payments_currencychoice;
DROP TRIGGER a_rate_that_was_agreed_to_stays ON payments_charge;
DROP FUNCTION payments_only_collections_change_rates();
DROP TRIGGER a_later_rate_is_for_the_same_charge ON payments_charge;
DROP TRIGGER a_charge_under_way_keeps_its_rate ON payments_charge;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0054_clients_choose_a_currency")]

    operations = [
        migrations.RunSQL(
            "SELECT teach_steps('payments_quote', '', 'used>replaced')",
            "SELECT forget_steps('payments_quote', '', 'used>replaced')",
        ),
        other("payments_charge", "sums_are_final", f"{CHARGE}, quote_id", CHARGE),
        other("payments_chargeattempt", "tries_are_final", TRIED, f"{TRIED}, quote_id"),
        migrations.RunSQL(
            final("payments_currencychoice", SAID, "what_a_client_chose_stays"),
            "DROP TRIGGER what_a_client_chose_stays ON payments_currencychoice",
        ),
        migrations.RunSQL(RATES, NO_RATES),
    ]
