"""A quote is what was seen: its sums stay, it is used once, and for nothing but its own payout."""

from django.db import migrations

STEPS = "open>used open>expired"
PAYOUT = "amount, fee, currency, freelancer_id, method_id"
FINAL = (
    "organization_id, method_id, currency, amount, margin, margin_bps, into_currency, into, rate,"
    " rate_source, rate_title, rate_on, asked_at, valid_until"
)


def final(table: str, columns: str) -> str:
    names = [f'"{name.strip()}"' for name in columns.split(",")]
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return (
        f"CREATE TRIGGER sums_are_final BEFORE UPDATE ON {table} FOR EACH ROW"
        f" WHEN (ROW({old}) IS DISTINCT FROM ROW({new}))"
        " EXECUTE FUNCTION payments_refuse_new_sum()"
    )


def no_longer(table: str) -> str:
    return f"DROP TRIGGER sums_are_final ON {table}"


ITS_OWN = """
CREATE FUNCTION payments_payout_is_of_its_quote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payments_quote AS q
                    WHERE q.id = NEW.quote_id AND q.state = 'used'
                      AND q.organization_id = NEW.freelancer_id AND q.method_id = NEW.method_id
                      AND q.into_currency = NEW.currency AND q.into = NEW.amount) THEN
        RAISE EXCEPTION 'a payout pays what its quote made, to whom and where it was quoted'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_payout_pays_what_its_quote_made BEFORE INSERT ON payments_payout
    FOR EACH ROW WHEN (NEW.quote_id IS NOT NULL)
    EXECUTE FUNCTION payments_payout_is_of_its_quote();
"""
NOT_ITS_OWN = """
DROP TRIGGER a_payout_pays_what_its_quote_made ON payments_payout;
DROP FUNCTION payments_payout_is_of_its_quote();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0037_sums_are_converted_by_quotes")]

    operations = [
        migrations.RunSQL(
            f"SELECT teach_machine('payments_quote', 'open', '{STEPS}')",
            "SELECT forget_machine('payments_quote')",
        ),
        migrations.RunSQL(final("payments_quote", FINAL), no_longer("payments_quote")),
        migrations.RunSQL(
            no_longer("payments_payout") + ";" + final("payments_payout", PAYOUT + ", quote_id"),
            no_longer("payments_payout") + ";" + final("payments_payout", PAYOUT),
        ),
        migrations.RunSQL(ITS_OWN, NOT_ITS_OWN),
    ]
