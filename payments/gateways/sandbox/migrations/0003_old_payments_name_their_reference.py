"""A payment says itself what it is for; the older ones ask the page that they were made on."""

from django.db import migrations

FILL = """
UPDATE sandbox_sandboxpayment AS payment
   SET reference = page.reference, metadata = page.metadata
  FROM sandbox_sandboxsession AS page
 WHERE page.id = payment.session_id
"""


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0002_ways_to_pay_can_be_saved")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
