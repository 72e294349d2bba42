"""The application signs in with a role of its own: it may use tables, and never make or drop them.

First of all migrations, so that every later table is granted by default. Where the
owner may not create roles, an administrator does (`CREATE ROLE countersign_app LOGIN`).
"""

from django.db import migrations

ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'countersign_app') THEN
        CREATE ROLE countersign_app LOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- another database, just now
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO countersign_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO countersign_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO countersign_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO countersign_app;
"""
NO_RIGHTS = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM countersign_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE USAGE, SELECT ON SEQUENCES FROM countersign_app;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM countersign_app;
"""

LEGAL_STEPS = r"""
CREATE TABLE legal_step (
    machine text COLLATE "C" NOT NULL,
    was     text COLLATE "C" NOT NULL,  -- '' stands for: may be born so
    became  text COLLATE "C" NOT NULL,
    PRIMARY KEY (machine, was, became)
);
REVOKE INSERT, UPDATE, DELETE ON legal_step FROM countersign_app;
CREATE FUNCTION only_legal_steps() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text := '';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.state = OLD.state THEN RETURN NEW; END IF;
        before := OLD.state;
    END IF;
    PERFORM 1 FROM legal_step
      WHERE machine = TG_TABLE_NAME AND was = before AND became = NEW.state;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no step of % leads from "%" to "%"', TG_TABLE_NAME, before, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

-- For migrations: 'begun>processing processing>failed' becomes rows; so does each state of birth.
CREATE FUNCTION steps_in_words(born text, steps text) RETURNS TABLE (was text, became text)
LANGUAGE sql IMMUTABLE AS $$
    SELECT '', state FROM string_to_table(born, ' ') AS state WHERE state <> ''
    UNION ALL
    SELECT split_part(step, '>', 1), split_part(step, '>', 2)
      FROM string_to_table(regexp_replace(trim(steps), '\s+', ' ', 'g'), ' ') AS step
     WHERE step <> '';
$$;
CREATE FUNCTION teach_steps(machine text, born text, steps text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO legal_step SELECT machine, w.was, w.became FROM steps_in_words(born, steps) AS w;
$$;
CREATE FUNCTION forget_steps(machine text, born text, steps text) RETURNS void LANGUAGE sql AS $$
    DELETE FROM legal_step AS l USING steps_in_words(born, steps) AS w
     WHERE l.machine = forget_steps.machine AND (l.was, l.became) = (w.was, w.became);
$$;
CREATE FUNCTION teach_machine(machine text, born text, steps text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM teach_steps(machine, born, steps);
    EXECUTE format('CREATE TRIGGER only_legal_steps BEFORE INSERT OR UPDATE OF state ON %I'
                   ' FOR EACH ROW EXECUTE FUNCTION only_legal_steps()', machine);
END $$;
CREATE FUNCTION forget_machine(machine text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TRIGGER only_legal_steps ON %I', machine);
    DELETE FROM legal_step AS l WHERE l.machine = forget_machine.machine;
END $$;
"""
NO_LEGAL_STEPS = """
DROP FUNCTION forget_machine(text);
DROP FUNCTION teach_machine(text, text, text);
DROP FUNCTION forget_steps(text, text, text);
DROP FUNCTION teach_steps(text, text, text);
DROP FUNCTION steps_in_words(text, text);
DROP FUNCTION only_legal_steps();
DROP TABLE legal_step;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    run_before = [("contenttypes", "0001_initial")]

    operations = [
        migrations.RunSQL(ROLE, NO_RIGHTS),
        migrations.RunSQL(LEGAL_STEPS, NO_LEGAL_STEPS),
    ]
