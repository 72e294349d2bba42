"""Time is whole minutes of its week, replaced and not edited, and as it was once billed."""

from django.db import migrations

WHOLE_MINUTES = """
ALTER TABLE invoices_timeentry
    ADD CONSTRAINT time_is_counted_in_whole_minutes CHECK (
        lower_inc(during) AND NOT upper_inc(during)
        AND NOT lower_inf(during) AND NOT upper_inf(during)
        AND mod(extract(epoch FROM lower(during)), 60) = 0
        AND mod(extract(epoch FROM upper(during)), 60) = 0),
    ADD CONSTRAINT an_entry_says_how_long_it_is CHECK (
        minutes > 0 AND minutes * 60 = extract(epoch FROM upper(during) - lower(during)));
"""

ENTRIES = """
CREATE FUNCTION invoices_check_time_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    its_week invoices_week;
    monday timestamptz;
BEGIN
    -- Whoever locks the week waits for us, and we for them.
    SELECT * INTO its_week FROM invoices_week WHERE id = NEW.week_id FOR SHARE;
    monday := its_week.starts_on::timestamp AT TIME ZONE 'UTC';
    IF its_week.state <> 'open' THEN
        RAISE EXCEPTION 'The time of a billed week does not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF its_week.contract_id <> NEW.contract_id
            OR NOT tstzrange(monday, monday + interval '168 hours') @> NEW.during THEN
        RAISE EXCEPTION 'Time belongs to the week it was worked in'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER time_of_a_billed_week_stays BEFORE INSERT OR UPDATE ON invoices_timeentry
    FOR EACH ROW EXECUTE FUNCTION invoices_check_time_entry();

CREATE TRIGGER logged_time_is_replaced_and_not_edited BEFORE UPDATE ON invoices_timeentry
    FOR EACH ROW WHEN (
        (OLD.week_id, OLD.contract_id, OLD.person_id, OLD.timer_id, OLD.replaces_id, OLD.during,
         OLD.minutes, OLD.kind, OLD.created_at)
        IS DISTINCT FROM
        (NEW.week_id, NEW.contract_id, NEW.person_id, NEW.timer_id, NEW.replaces_id, NEW.during,
         NEW.minutes, NEW.kind, NEW.created_at)
        OR (OLD.removed_at IS NOT NULL AND OLD.removed_at IS DISTINCT FROM NEW.removed_at))
    EXECUTE FUNCTION invoices_refuse('Logged time is replaced, and not edited');

CREATE TRIGGER logged_time_is_removed_and_not_deleted BEFORE DELETE ON invoices_timeentry
    FOR EACH ROW EXECUTE FUNCTION invoices_refuse('Logged time is removed, and not deleted');
"""

FORGET_ENTRIES = """
DROP TRIGGER time_of_a_billed_week_stays ON invoices_timeentry;
DROP TRIGGER logged_time_is_replaced_and_not_edited ON invoices_timeentry;
DROP TRIGGER logged_time_is_removed_and_not_deleted ON invoices_timeentry;
DROP FUNCTION invoices_check_time_entry();
"""

TERMS = """
CREATE TRIGGER a_rate_stays_as_it_was_said BEFORE UPDATE OR DELETE ON invoices_rateversion
    FOR EACH ROW EXECUTE FUNCTION invoices_refuse('A rate is followed by another, never edited');

CREATE TRIGGER a_limit_stays_as_it_was_said BEFORE UPDATE OR DELETE ON invoices_weeklylimit
    FOR EACH ROW EXECUTE FUNCTION invoices_refuse('A limit is followed by another, never edited');
"""

FORGET_TERMS = """
DROP TRIGGER a_rate_stays_as_it_was_said ON invoices_rateversion;
DROP TRIGGER a_limit_stays_as_it_was_said ON invoices_weeklylimit;
"""

WEEK = """
CREATE TRIGGER a_week_stays_where_it_is BEFORE UPDATE ON invoices_week
    FOR EACH ROW WHEN ((OLD.contract_id, OLD.starts_on) IS DISTINCT FROM
                       (NEW.contract_id, NEW.starts_on))
    EXECUTE FUNCTION invoices_refuse('A week is of one contract and one Monday');
"""


class Migration(migrations.Migration):
    dependencies = [("invoices", "0006_weeks_change_by_legal_steps_only")]

    operations = [
        migrations.RunSQL(
            WHOLE_MINUTES,
            """ALTER TABLE invoices_timeentry
                   DROP CONSTRAINT time_is_counted_in_whole_minutes,
                   DROP CONSTRAINT an_entry_says_how_long_it_is;""",
        ),
        migrations.RunSQL(ENTRIES, FORGET_ENTRIES),
        migrations.RunSQL(TERMS, FORGET_TERMS),
        migrations.RunSQL(WEEK, "DROP TRIGGER a_week_stays_where_it_is ON invoices_week"),
    ]
