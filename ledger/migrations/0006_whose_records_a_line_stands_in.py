"""Each line says in whose records it stands, when, and what it changed there.

Written by the trigger that writes the balance, so that it cannot be wrong or late. An
organization's records are then read by one index, wherever the page is and however large
the books are.
"""

from django.db import migrations, models
from django.db.models import Q

# Money that was withdrawn or is being refunded has left the balance: the lines that follow
# it to the bank are the platform's affair.
APPLY = """
CREATE OR REPLACE FUNCTION ledger_apply_posting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_code text;
    v_client bigint;
BEGIN
    UPDATE ledger_account SET balance = balance + NEW.amount, seq = seq + 1
     WHERE id = NEW.account_id AND closed_at IS NULL
    RETURNING seq, balance, currency, holder_id, code
         INTO NEW.seq, NEW.balance_after, NEW.currency, NEW.party, v_code;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no open account %', NEW.account_id
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    NEW.change := NULL;
    NEW.occurred_at := NULL;
    IF split_part(v_code, ':', 1) IN ('payout', 'refund') OR v_code LIKE 'provider:payee:%' THEN
        NEW.party := NULL;
    ELSIF NEW.party IS NOT NULL THEN
        NEW.change := NEW.amount;
        SELECT occurred_at INTO NEW.occurred_at FROM ledger_entry WHERE id = NEW.entry_id;
    ELSIF NEW.line = 1 THEN
        SELECT occurred_at, client, 0 INTO NEW.occurred_at, NEW.party, NEW.change
          FROM ledger_entry WHERE id = NEW.entry_id AND client IS NOT NULL;
    END IF;
    RETURN NEW;
END $$;
"""
NO_APPLY = """
CREATE OR REPLACE FUNCTION ledger_apply_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_account SET balance = balance + NEW.amount, seq = seq + 1
     WHERE id = NEW.account_id AND closed_at IS NULL
    RETURNING seq, balance, currency INTO NEW.seq, NEW.balance_after, NEW.currency;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no open account %', NEW.account_id
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END $$;
"""

DROP = """
DROP FUNCTION ledger_post(text, bytea, text, text, timestamptz, text, text, bigint, bigint,
                          text[], text[], bigint[]);
DROP FUNCTION ledger_post_many(text[], bytea[], text[], text[], timestamptz[], text[], text[],
                               bigint[], bigint[], int[], int[], text[], text[], bigint[]);
"""
DROP_WITH_CLIENT = """
DROP FUNCTION ledger_post(text, bytea, text, text, timestamptz, text, text, bigint, bigint,
                          text[], text[], bigint[], bigint, bigint);
DROP FUNCTION ledger_post_many(text[], bytea[], text[], text[], timestamptz[], text[], text[],
                               bigint[], bigint[], int[], int[], text[], text[], bigint[],
                               bigint[], bigint[]);
"""
RIGHTS = """
REVOKE EXECUTE ON FUNCTION ledger_post, ledger_post_many FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_post, ledger_post_many TO countersign_app;
"""

POST = """
CREATE FUNCTION ledger_post(
    p_key text, p_fingerprint bytea, p_kind text, p_memo text, p_occurred_at timestamptz,
    p_reference_type text, p_reference text, p_actor bigint, p_reverses bigint,
    p_codes text[], p_currencies text[], p_amounts bigint[],
    p_client bigint DEFAULT NULL, p_client_tax bigint DEFAULT NULL
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    v_id bigint;
    v_fingerprint bytea;
    v_accounts bigint[];
    v_lines smallint[];
    v_amounts bigint[];
BEGIN
    SELECT array_agg(a.id ORDER BY a.id), array_agg(l.line ORDER BY a.id),
           array_agg(l.amount ORDER BY a.id)
      INTO v_accounts, v_lines, v_amounts
      FROM unnest(p_codes, p_currencies, p_amounts) WITH ORDINALITY
           AS l (code, currency, amount, line)
      JOIN ledger_account AS a ON a.code = l.code AND a.currency = l.currency;
    IF cardinality(v_accounts) IS DISTINCT FROM cardinality(p_codes) THEN
        RETURN 0;
    END IF;

    INSERT INTO ledger_entry (key, fingerprint, kind, memo, n_postings, occurred_at,
                              reference_type, reference, actor, reverses_id,
                              client, client_tax)
    VALUES (p_key, p_fingerprint, p_kind, p_memo, cardinality(p_codes), p_occurred_at,
            p_reference_type, p_reference, p_actor, p_reverses, p_client, p_client_tax)
    ON CONFLICT (key) DO NOTHING RETURNING id INTO v_id;
    IF v_id IS NULL THEN
        SELECT id, fingerprint INTO v_id, v_fingerprint FROM ledger_entry WHERE key = p_key;
        IF v_fingerprint <> p_fingerprint THEN
            RAISE EXCEPTION 'key % stands for other lines', p_key USING ERRCODE = 'LG001';
        END IF;
        RETURN -v_id;
    END IF;

    INSERT INTO ledger_posting (entry_id, line, account_id, amount)
    SELECT v_id, l.line, l.account_id, l.amount
      FROM unnest(v_lines, v_accounts, v_amounts) AS l (line, account_id, amount);
    RETURN v_id;
END $$;
"""
POST_BEFORE = """
CREATE FUNCTION ledger_post(
    p_key text, p_fingerprint bytea, p_kind text, p_memo text, p_occurred_at timestamptz,
    p_reference_type text, p_reference text, p_actor bigint, p_reverses bigint,
    p_codes text[], p_currencies text[], p_amounts bigint[]
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    v_id bigint;
    v_fingerprint bytea;
    v_accounts bigint[];
    v_lines smallint[];
    v_amounts bigint[];
BEGIN
    SELECT array_agg(a.id ORDER BY a.id), array_agg(l.line ORDER BY a.id),
           array_agg(l.amount ORDER BY a.id)
      INTO v_accounts, v_lines, v_amounts
      FROM unnest(p_codes, p_currencies, p_amounts) WITH ORDINALITY
           AS l (code, currency, amount, line)
      JOIN ledger_account AS a ON a.code = l.code AND a.currency = l.currency;
    IF cardinality(v_accounts) IS DISTINCT FROM cardinality(p_codes) THEN
        RETURN 0;
    END IF;

    INSERT INTO ledger_entry (key, fingerprint, kind, memo, n_postings, occurred_at,
                              reference_type, reference, actor, reverses_id)
    VALUES (p_key, p_fingerprint, p_kind, p_memo, cardinality(p_codes), p_occurred_at,
            p_reference_type, p_reference, p_actor, p_reverses)
    ON CONFLICT (key) DO NOTHING RETURNING id INTO v_id;
    IF v_id IS NULL THEN
        SELECT id, fingerprint INTO v_id, v_fingerprint FROM ledger_entry WHERE key = p_key;
        IF v_fingerprint <> p_fingerprint THEN
            RAISE EXCEPTION 'key % stands for other lines', p_key USING ERRCODE = 'LG001';
        END IF;
        RETURN -v_id;
    END IF;

    INSERT INTO ledger_posting (entry_id, line, account_id, amount)
    SELECT v_id, l.line, l.account_id, l.amount
      FROM unnest(v_lines, v_accounts, v_amounts) AS l (line, account_id, amount);
    RETURN v_id;
END $$;
"""
POST_MANY = """
CREATE FUNCTION ledger_post_many(
    p_keys text[], p_fingerprints bytea[], p_kinds text[], p_memos text[],
    p_occurred_at timestamptz[], p_reference_types text[], p_references text[],
    p_actors bigint[], p_reverses bigint[],
    p_entries int[], p_lines int[], p_codes text[], p_currencies text[], p_amounts bigint[],
    p_clients bigint[] DEFAULT NULL, p_client_taxes bigint[] DEFAULT NULL
) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    v_accounts bigint[];
    v_places int[];
    v_sizes int[];
    v_ids bigint[];
    v_clash text;
BEGIN
    SELECT array_agg(a.id ORDER BY a.id, l.place), array_agg(l.place ORDER BY a.id, l.place)
      INTO v_accounts, v_places
      FROM unnest(p_codes, p_currencies) WITH ORDINALITY AS l (code, currency, place)
      JOIN ledger_account AS a ON a.code = l.code AND a.currency = l.currency;
    IF cardinality(v_accounts) IS DISTINCT FROM cardinality(p_codes) THEN
        RETURN '{}';
    END IF;
    SELECT array_agg(size ORDER BY entry) INTO v_sizes
      FROM (SELECT entry, count(*) AS size FROM unnest(p_entries) AS entry GROUP BY entry) AS s;

    -- Numbers in the order of the movements, rows in the order of the keys.
    v_ids := ARRAY(SELECT nextval('ledger_entry_id_seq')
                     FROM generate_series(1, cardinality(p_keys)));
    INSERT INTO ledger_entry (id, key, fingerprint, kind, memo, n_postings, occurred_at,
                              reference_type, reference, actor, reverses_id,
                              client, client_tax)
    SELECT v_ids[e.place], e.key, e.fingerprint, e.kind, e.memo, e.size, e.occurred_at,
           e.reference_type, e.reference, e.actor, e.reverses, e.client, e.client_tax
      FROM unnest(p_keys, p_fingerprints, p_kinds, p_memos, v_sizes, p_occurred_at,
                  p_reference_types, p_references, p_actors, p_reverses, p_clients,
                  p_client_taxes) WITH ORDINALITY
           AS e (key, fingerprint, kind, memo, size, occurred_at, reference_type, reference,
                 actor, reverses, client, client_tax, place)
     ORDER BY e.key, e.place
    ON CONFLICT (key) DO NOTHING;

    -- Every key is there by now, under our number or under that of an earlier entry.
    SELECT array_agg(CASE WHEN e.id = v_ids[k.place] THEN e.id ELSE -e.id END ORDER BY k.place),
           min(k.key) FILTER (WHERE e.fingerprint <> k.fingerprint)
      INTO v_ids, v_clash
      FROM unnest(p_keys, p_fingerprints) WITH ORDINALITY AS k (key, fingerprint, place)
      JOIN ledger_entry AS e ON e.key = k.key;
    IF v_clash IS NOT NULL THEN
        RAISE EXCEPTION 'key % stands for other lines', v_clash USING ERRCODE = 'LG001';
    END IF;

    INSERT INTO ledger_posting (entry_id, line, account_id, amount)
    SELECT v_ids[p_entries[l.place]], p_lines[l.place], l.account_id, p_amounts[l.place]
      FROM unnest(v_accounts, v_places) AS l (account_id, place)
     WHERE v_ids[p_entries[l.place]] > 0;
    RETURN v_ids;
END $$;
"""
POST_MANY_BEFORE = """
CREATE FUNCTION ledger_post_many(
    p_keys text[], p_fingerprints bytea[], p_kinds text[], p_memos text[],
    p_occurred_at timestamptz[], p_reference_types text[], p_references text[],
    p_actors bigint[], p_reverses bigint[],
    p_entries int[], p_lines int[], p_codes text[], p_currencies text[], p_amounts bigint[]
) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    v_accounts bigint[];
    v_places int[];
    v_sizes int[];
    v_ids bigint[];
    v_clash text;
BEGIN
    SELECT array_agg(a.id ORDER BY a.id, l.place), array_agg(l.place ORDER BY a.id, l.place)
      INTO v_accounts, v_places
      FROM unnest(p_codes, p_currencies) WITH ORDINALITY AS l (code, currency, place)
      JOIN ledger_account AS a ON a.code = l.code AND a.currency = l.currency;
    IF cardinality(v_accounts) IS DISTINCT FROM cardinality(p_codes) THEN
        RETURN '{}';
    END IF;
    SELECT array_agg(size ORDER BY entry) INTO v_sizes
      FROM (SELECT entry, count(*) AS size FROM unnest(p_entries) AS entry GROUP BY entry) AS s;

    -- Numbers in the order of the movements, rows in the order of the keys.
    v_ids := ARRAY(SELECT nextval('ledger_entry_id_seq')
                     FROM generate_series(1, cardinality(p_keys)));
    INSERT INTO ledger_entry (id, key, fingerprint, kind, memo, n_postings, occurred_at,
                              reference_type, reference, actor, reverses_id)
    SELECT v_ids[e.place], e.key, e.fingerprint, e.kind, e.memo, e.size, e.occurred_at,
           e.reference_type, e.reference, e.actor, e.reverses
      FROM unnest(p_keys, p_fingerprints, p_kinds, p_memos, v_sizes, p_occurred_at,
                  p_reference_types, p_references, p_actors, p_reverses) WITH ORDINALITY
           AS e (key, fingerprint, kind, memo, size, occurred_at, reference_type, reference,
                 actor, reverses, place)
     ORDER BY e.key, e.place
    ON CONFLICT (key) DO NOTHING;

    -- Every key is there by now, under our number or under that of an earlier entry.
    SELECT array_agg(CASE WHEN e.id = v_ids[k.place] THEN e.id ELSE -e.id END ORDER BY k.place),
           min(k.key) FILTER (WHERE e.fingerprint <> k.fingerprint)
      INTO v_ids, v_clash
      FROM unnest(p_keys, p_fingerprints) WITH ORDINALITY AS k (key, fingerprint, place)
      JOIN ledger_entry AS e ON e.key = k.key;
    IF v_clash IS NOT NULL THEN
        RAISE EXCEPTION 'key % stands for other lines', v_clash USING ERRCODE = 'LG001';
    END IF;

    INSERT INTO ledger_posting (entry_id, line, account_id, amount)
    SELECT v_ids[p_entries[l.place]], p_lines[l.place], l.account_id, p_amounts[l.place]
      FROM unnest(v_accounts, v_places) AS l (account_id, place)
     WHERE v_ids[p_entries[l.place]] > 0;
    RETURN v_ids;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_the_application_may_only_execute")]

    operations = [
        migrations.AddField("entry", "client", models.BigIntegerField(null=True)),
        migrations.AddField("entry", "client_tax", models.BigIntegerField(null=True)),
        migrations.AddField("posting", "party", models.BigIntegerField(null=True)),
        migrations.AddField("posting", "change", models.BigIntegerField(null=True)),
        migrations.AddField("posting", "occurred_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "posting",
            models.Index(
                fields=["party", "currency", "occurred_at", "entry"],
                include=["change"],
                condition=Q(party__isnull=False),
                name="records_of_an_organization",
            ),
        ),
        migrations.RunSQL(APPLY, NO_APPLY),
        migrations.RunSQL(
            DROP + POST + POST_MANY + RIGHTS,
            DROP_WITH_CLIENT + POST_BEFORE + POST_MANY_BEFORE + RIGHTS,
        ),
    ]
