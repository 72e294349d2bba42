"""Somebody always answers for an organization.

Asked at commit, so that one owner can hand over to another in one transaction; under a lock
on the organization, so that two owners who leave at the same moment do not both go.
"""

from django.db import migrations

KEEPS_AN_OWNER = """
CREATE FUNCTION people_keep_an_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM people_organization WHERE id = OLD.organization_id FOR NO KEY UPDATE;
    IF NOT EXISTS (
        SELECT 1 FROM people_membership
         WHERE organization_id = OLD.organization_id AND role = 'owner' AND ended_at IS NULL
    ) THEN
        RAISE EXCEPTION 'an organization keeps a live owner'
            USING ERRCODE = 'check_violation',
                  CONSTRAINT = 'an_organization_keeps_a_live_owner';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER an_organization_keeps_a_live_owner
    AFTER UPDATE OR DELETE ON people_membership
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.role = 'owner' AND OLD.ended_at IS NULL)
    EXECUTE FUNCTION people_keep_an_owner();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.RunSQL(
            KEEPS_AN_OWNER,
            """DROP TRIGGER an_organization_keeps_a_live_owner ON people_membership;
               DROP FUNCTION people_keep_an_owner();""",
        ),
    ]
