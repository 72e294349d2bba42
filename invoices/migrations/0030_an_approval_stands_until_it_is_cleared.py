"""An approval is of what was submitted; it is cleared and never rewritten; a person needs one."""

from django.db import migrations

KEEP = """
CREATE FUNCTION invoices_keep_approvals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    people bigint[] := CASE WHEN TG_OP = 'INSERT'
        THEN ARRAY[NEW.by_id, coalesce(NEW.on_behalf_of_id, NEW.by_id)] END;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (
            SELECT FROM invoices_invoice AS i
             WHERE i.id = NEW.invoice_id AND i.state = 'submitted' AND i.round = NEW.round
               AND i.gross = NEW.seen AND i.currency = NEW.currency
               AND coalesce(i.submitted_by_id <> ALL (people), true)) THEN
            RAISE EXCEPTION 'An approval is of what was submitted, and of its total'
                USING ERRCODE = 'check_violation',
                      CONSTRAINT = 'approval_is_of_what_was_submitted';
        END IF;
        IF EXISTS (
            SELECT FROM invoices_approval AS a
             WHERE a.invoice_id = NEW.invoice_id AND a.round = NEW.round
               AND a.cleared_at IS NULL
               AND (a.by_id = ANY (people) OR a.on_behalf_of_id = ANY (people))) THEN
            RAISE EXCEPTION 'Two approvals are of two people'
                USING ERRCODE = 'unique_violation',
                      CONSTRAINT = 'two_approvals_are_of_two_people';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.cleared_at IS NULL
       AND to_jsonb(NEW) - '{cleared_at,cleared_because}'::text[]
         = to_jsonb(OLD) - '{cleared_at,cleared_because}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'An approval is cleared, and never rewritten'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER an_approval_is_cleared_and_never_rewritten
    BEFORE INSERT OR UPDATE OR DELETE ON invoices_approval
    FOR EACH ROW EXECUTE FUNCTION invoices_keep_approvals();
"""

# A correction asks nobody again: the approvals are those of the invoice that it replaces.
ASK = """
CREATE FUNCTION invoices_ask_for_approvals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    needed integer := (
        SELECT CASE WHEN second_approval_above IS NOT NULL
                     AND (currency <> NEW.currency OR NEW.gross > second_approval_above)
               THEN 2 ELSE 1 END
          FROM people_organization WHERE id = NEW.recipient_id);
    given integer := (
        SELECT count(*) FROM invoices_approval
         WHERE invoice_id = NEW.id AND round = NEW.round AND cleared_at IS NULL);
    theirs integer := (
        SELECT count(*) FROM invoices_approval
         WHERE invoice_id = NEW.id AND round = NEW.round AND cleared_at IS NULL
           AND by_id = NEW.approved_by_id);
BEGIN
    IF theirs = 0 OR given < needed THEN
        RAISE EXCEPTION 'An invoice is approved when enough people agreed'
            USING ERRCODE = 'check_violation',
                  CONSTRAINT = 'an_invoice_is_approved_when_enough_agreed';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER an_invoice_is_approved_when_enough_agreed
    BEFORE UPDATE OF state ON invoices_invoice
    FOR EACH ROW WHEN (OLD.state = 'submitted' AND NEW.state = 'approved'
                       AND NEW.approved_by_id IS NOT NULL AND NEW.corrects_id IS NULL)
    EXECUTE FUNCTION invoices_ask_for_approvals();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0029_who_approved_so_far_did_so_by_a_row"),
        ("people", "0004_an_absence_is_covered"),
    ]

    operations = [
        migrations.RunSQL(
            KEEP,
            """DROP TRIGGER an_approval_is_cleared_and_never_rewritten ON invoices_approval;
               DROP FUNCTION invoices_keep_approvals();""",
        ),
        migrations.RunSQL(
            ASK,
            """DROP TRIGGER an_invoice_is_approved_when_enough_agreed ON invoices_invoice;
               DROP FUNCTION invoices_ask_for_approvals();""",
        ),
    ]
