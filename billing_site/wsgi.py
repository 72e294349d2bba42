import os

from django.core.wsgi import get_wsgi_application

os.environ["SERVES_PAGES"] = "1"  # settings: no page may take as long as a job
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
application = get_wsgi_application()

from billing_site import serving  # noqa: E402 - once there are settings and models
from billing_site.checks import refuse_to_serve  # noqa: E402

refuse_to_serve()
serving.make_ready()
