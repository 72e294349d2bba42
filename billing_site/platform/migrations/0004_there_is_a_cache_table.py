"""Where login limits and used codes live, for all processes together; see settings.CACHES."""

from django.db import migrations

CACHE_TABLE = """
CREATE TABLE IF NOT EXISTS platform_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value     text NOT NULL,
    expires   timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS platform_cache_expires ON platform_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("platform", "0003_the_record_is_append_only")]

    operations = [migrations.RunSQL(CACHE_TABLE, "DROP TABLE platform_cache")]
