"""What is lent stays within one organization, goes to one person at a time, and is on record."""

from django.db import migrations

# Two delegations of one member never hold at the same moment, whoever writes first.
ONE_AT_A_TIME = """
ALTER TABLE people_delegation ADD CONSTRAINT one_delegate_at_a_time EXCLUDE USING gist (
    int8range(from_member_id, from_member_id, '[]') WITH &&,
    tstzrange(since, greatest(since, least(until, ended_at))) WITH &&
);
"""

WITHIN_ONE_ORGANIZATION = """
CREATE FUNCTION people_keep_delegations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF (SELECT count(*) FROM people_membership
             WHERE id IN (NEW.from_member_id, NEW.to_member_id)
               AND organization_id = NEW.organization_id) = 2 THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'A name is lent to a colleague' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'delegation_stays_within_one_organization';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL
       AND to_jsonb(NEW) - 'ended_at' = to_jsonb(OLD) - 'ended_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A delegation ends, and is not rewritten'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER a_delegation_ends_and_is_not_rewritten
    BEFORE INSERT OR UPDATE OR DELETE ON people_delegation
    FOR EACH ROW EXECUTE FUNCTION people_keep_delegations();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0004_an_absence_is_covered")]

    operations = [
        migrations.RunSQL(
            ONE_AT_A_TIME,
            "ALTER TABLE people_delegation DROP CONSTRAINT one_delegate_at_a_time",
        ),
        migrations.RunSQL(
            WITHIN_ONE_ORGANIZATION,
            """DROP TRIGGER a_delegation_ends_and_is_not_rewritten ON people_delegation;
               DROP FUNCTION people_keep_delegations();""",
        ),
    ]
