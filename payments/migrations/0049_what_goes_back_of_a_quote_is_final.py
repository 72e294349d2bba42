"""A charge pays what its quote was for; what goes back of it is final, and no more than came."""

from django.db import migrations

QUOTE = (
    "organization_id, method_id, currency, amount, margin, margin_bps, into_currency, into, rate,"
    " rate_source, rate_title, rate_on, asked_at, valid_until"
)
CHARGE = "amount, currency, client_id"
PART = "quote_id, refund_id, chargeback_id, currency, amount, margin, into_currency, into, made_at"


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


def more(table: str, before: str, added: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"{no_longer(table)}; {final(table, f'{before}, {added}')}",
        f"{no_longer(table)}; {final(table, before)}",
    )


ITS_OWN = """
CREATE FUNCTION payments_charge_is_of_its_quote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payments_quote AS q
                    WHERE q.id = NEW.quote_id AND q.state = 'used' AND q.method_id IS NULL
                      AND q.organization_id = NEW.client_id AND q.into_currency = NEW.currency
                      AND q.into = NEW.amount - NEW.credit) THEN
        RAISE EXCEPTION 'a charge brings what its quote was for, from whom it was quoted to'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_charge_brings_what_its_quote_was_for BEFORE INSERT ON payments_charge
    FOR EACH ROW WHEN (NEW.quote_id IS NOT NULL)
    EXECUTE FUNCTION payments_charge_is_of_its_quote();

CREATE FUNCTION payments_no_more_goes_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM payments_quote AS q
          JOIN payments_quotepart AS p ON p.quote_id = q.id AND p.undone_at IS NULL
         WHERE q.id = NEW.quote_id AND q.currency = NEW.currency
           AND q.into_currency = NEW.into_currency
         GROUP BY q.id
         -- A refund may be on its way when the bank is faster: each is bounded by itself.
        HAVING coalesce(sum(p.amount) FILTER (WHERE p.refund_id IS NOT NULL), 0) <= q.amount
           AND coalesce(sum(p.margin) FILTER (WHERE p.refund_id IS NOT NULL), 0) <= q.margin
           AND coalesce(sum(p."into") FILTER (WHERE p.refund_id IS NOT NULL), 0) <= q."into"
           AND coalesce(sum(p.amount) FILTER (WHERE p.chargeback_id IS NOT NULL), 0) <= q.amount
           AND coalesce(sum(p.margin) FILTER (WHERE p.chargeback_id IS NOT NULL), 0) <= q.margin
           AND coalesce(sum(p."into") FILTER (WHERE p.chargeback_id IS NOT NULL), 0) <= q."into"
    ) THEN
        RAISE EXCEPTION 'no more goes back of a payment than it was, in its two currencies'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER no_more_goes_back_than_was_paid AFTER INSERT ON payments_quotepart
    FOR EACH ROW EXECUTE FUNCTION payments_no_more_goes_back();
CREATE TRIGGER what_does_not_go_back_never_does BEFORE UPDATE ON payments_quotepart FOR EACH ROW
    WHEN (OLD.undone_at IS NOT NULL) EXECUTE FUNCTION payments_refuse_new_sum();
CREATE TRIGGER what_goes_back_is_never_forgotten BEFORE DELETE ON payments_quotepart FOR EACH ROW
    EXECUTE FUNCTION payments_refuse_new_sum();
"""
NOT_ITS_OWN = """
DROP TRIGGER what_goes_back_is_never_forgotten ON payments_quotepart;
DROP TRIGGER what_does_not_go_back_never_does ON payments_quotepart;
DROP TRIGGER no_more_goes_back_than_was_paid ON payments_quotepart;
DROP FUNCTION payments_no_more_goes_back();
DROP TRIGGER a_charge_brings_what_its_quote_was_for ON payments_charge;
DROP FUNCTION payments_charge_is_of_its_quote();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0048_clients_pay_in_their_own_currency")]

    operations = [
        more("payments_quote", QUOTE, "document"),
        more("payments_charge", CHARGE, "quote_id"),
        migrations.RunSQL(final("payments_quotepart", PART), no_longer("payments_quotepart")),
        migrations.RunSQL(ITS_OWN, NOT_ITS_OWN),
    ]
