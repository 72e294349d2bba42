"""What was entered and confirmed does not change, and is decided and ended once."""

from django.db import migrations

ENTERED = "ref, currency, per_euro, reason, valid_from, valid_until, entered_by_id, entered_at"
DECIDED = "decided_at, decided_by_id, is_confirmed"
ENDED = "ended_at, ended_by_id"


def changed(columns: str) -> str:
    old, new = (
        ", ".join(f"{row}.{name.strip()}" for name in columns.split(",")) for row in ("OLD", "NEW")
    )
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"


RULES = f"""
CREATE TRIGGER what_a_rate_of_ours_says_is_final BEFORE UPDATE ON payments_houserate FOR EACH ROW
    WHEN ({changed(ENTERED)}
          OR OLD.decided_at IS NOT NULL AND {changed(DECIDED)}
          OR OLD.ended_at IS NOT NULL AND {changed(ENDED)})
    EXECUTE FUNCTION payments_refuse_new_sum();
CREATE TRIGGER a_rate_of_ours_stays BEFORE DELETE ON payments_houserate FOR EACH ROW
    EXECUTE FUNCTION payments_refuse_new_sum();
"""
NO_RULES = """
DROP TRIGGER a_rate_of_ours_stays ON payments_houserate;
DROP TRIGGER what_a_rate_of_ours_says_is_final ON payments_houserate;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0080_rates_of_our_own")]

    operations = [migrations.RunSQL(RULES, NO_RULES)]
