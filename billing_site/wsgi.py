import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
application = get_wsgi_application()

from billing_site.checks import refuse_to_serve  # noqa: E402 - settings are there by now

refuse_to_serve()
