"""Debts are read from the books; what was paid back stays, what is given up is decided once."""

from django.db import migrations

ASKED = "ref, freelancer_id, currency, amount, reason, asked_by_id, asked_at"
DECIDED = "decided_at, decided_by_id, is_confirmed, given_up"


def changed(columns: str) -> str:
    old, new = (
        ", ".join(f"{row}.{name.strip()}" for name in columns.split(",")) for row in ("OLD", "NEW")
    )
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"


VIEW = """
CREATE VIEW payments_debt WITH (security_invoker = true) AS
SELECT a.id, a.holder_id, a.currency, -a.balance AS minor,
       (SELECT e.occurred_at FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id
         WHERE p.account_id = a.id
           AND p.seq > coalesce((SELECT max(z.seq) FROM ledger_posting AS z
                                  WHERE z.account_id = a.id AND z.balance_after = 0), 0)
         ORDER BY p.seq LIMIT 1) AS since
  FROM ledger_account AS a WHERE a.code LIKE '%:debt' AND a.balance < 0;
"""
RULES = f"""
CREATE TRIGGER what_was_paid_back_is_final BEFORE UPDATE OR DELETE ON payments_debtpayment
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_new_sum();
CREATE TRIGGER what_is_given_up_is_final BEFORE UPDATE ON payments_debtwriteoff FOR EACH ROW
    WHEN ({changed(ASKED)} OR OLD.decided_at IS NOT NULL AND {changed(DECIDED)})
    EXECUTE FUNCTION payments_refuse_new_sum();
CREATE TRIGGER what_is_given_up_stays BEFORE DELETE ON payments_debtwriteoff FOR EACH ROW
    EXECUTE FUNCTION payments_refuse_new_sum();
"""
NO_RULES = """
DROP TRIGGER what_is_given_up_stays ON payments_debtwriteoff;
DROP TRIGGER what_is_given_up_is_final ON payments_debtwriteoff;
DROP TRIGGER what_was_paid_back_is_final ON payments_debtpayment;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0082_debts_end")]

    operations = [
        migrations.RunSQL(VIEW, "DROP VIEW payments_debt"),
        migrations.RunSQL(RULES, NO_RULES),
    ]
