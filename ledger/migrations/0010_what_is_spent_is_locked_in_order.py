"""Who lets go of what was set aside locks first all that it posts to, in the order of everybody.

The end of a reservation locks its account. An entry that spends it locks its accounts by their
keys, so the two in one transaction could wait in a circle with another that only posts.
"""

from django.db import migrations

LOCK = """
CREATE FUNCTION ledger_lock(p_codes text[], p_currencies text[], p_reservations text[])
RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM (
        SELECT a.id FROM ledger_account AS a
         WHERE (a.code, a.currency) IN (SELECT * FROM unnest(p_codes, p_currencies))
            OR a.id IN (SELECT account_id FROM ledger_reservation WHERE key = ANY (p_reservations))
         ORDER BY a.id FOR NO KEY UPDATE) AS locked;
$$;
REVOKE EXECUTE ON FUNCTION ledger_lock FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_lock TO countersign_app;
"""
NO_LOCK = "DROP FUNCTION ledger_lock(text[], text[], text[]);"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0009_books_know_where_they_live")]

    operations = [migrations.RunSQL(LOCK, NO_LOCK)]
