"""An answer that did not reach the bank, or was to its mere question, is not the one answer."""

from django.db import migrations

NEW = "(OLD.submitted_at, OLD.evidence) IS DISTINCT FROM (NEW.submitted_at, NEW.evidence)"
NOT_HEARD = "NEW.submitted_at IS NULL AND NEW.state IN ('inquiry', 'opened')"


def hears_us_once(condition: str) -> str:
    return f"""
        DROP TRIGGER a_bank_hears_us_once ON payments_chargeback;
        CREATE TRIGGER a_bank_hears_us_once BEFORE UPDATE ON payments_chargeback FOR EACH ROW
            WHEN (OLD.submitted_at IS NOT NULL AND {condition})
            EXECUTE FUNCTION payments_refuse_new_sum();"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0038_quotes_are_final_and_used_once")]

    operations = [
        migrations.RunSQL(hears_us_once(f"{NEW} AND NOT ({NOT_HEARD})"), hears_us_once(NEW)),
    ]
