"""What a currency was worth on a day is not something else tomorrow."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payments", "0029_currencies_have_rates")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER rates_are_final BEFORE UPDATE OR DELETE ON payments_exchangerate"
            " FOR EACH ROW EXECUTE FUNCTION payments_refuse_new_sum()",
            "DROP TRIGGER rates_are_final ON payments_exchangerate",
        ),
    ]
