"""Settings from the environment; `.env.example` names them all.

Without any, this is the demo: an embedded PostgreSQL, a sandbox in place of a payment
provider, mail into files. `billing_site/checks.py` refuses what is unsafe in production:
commands run it as a check, and `billing_site/wsgi.py` before it serves anything.
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ

from billing_site import embedded_postgres, logs
from billing_site.content_policy import DIRECTIVES
from billing_site.kernel.currencies import EXPONENTS
from billing_site.payout_rules import *  # noqa: F403 - settings are names, all of them
from billing_site.schedule import *  # noqa: F403 - settings are names, all of them
from billing_site.sign_in_settings import *  # noqa: F403 - settings are names, all of them

django_stubs_ext.monkeypatch()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env", parse_comments=True)

DEBUG = env.bool("DEBUG", default=False)
# The demo shows its mail and its one-time codes, and its clock can be moved.
DEMO = env.bool("DEMO", default="DATABASE_URL" not in env.ENVIRON)
DEMO_SECRET_KEY = "only-for-the-demo"  # noqa: S105 - refused in production
SECRET_KEY = env("SECRET_KEY", default=DEMO_SECRET_KEY if DEMO else environ.Env.NOTSET)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SEAL_HEADS_TO = env.list("SEAL_HEADS_TO", default=[])  # who keeps what the seals were
SITE_URL = env("SITE_URL", default=f"http://localhost:{env.int('PORT', default=8000)}")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost"] if DEMO else [])

INSTALLED_APPS = [
    "billing_site.platform",
    "billing_site.people",
    "ledger",
    "payments",
    "payments.gateways.sandbox",
    "invoices",
    "disputes",
    "records",
    "billing_site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "billing_site.admin_config.BillingAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_fsm",
    "django_htmx",
    "django_q",
    "django_structlog",
    "djmoney",
    "lucide",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "billing_site.middleware.Headers",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "billing_site.middleware.NoNulBytes",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "billing_site.people.middleware.SessionsAreListed",
    "django_htmx.middleware.HtmxMiddleware",
    "billing_site.platform.middleware.OneMoment",
    "billing_site.people.middleware.ActingFor",
    "billing_site.people.middleware.StaffHoldSecondFactor",
    "billing_site.people.middleware.SessionsEnd",
    "django_structlog.middlewares.RequestMiddleware",
    "billing_site.people.seeing.StaffSees",
    "billing_site.second_try.SecondTry",
]
ROOT_URLCONF = "billing_site.urls"
WSGI_APPLICATION = "billing_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "billing_site.context.skeleton",
            ],
        },
    }
]

# One PostgreSQL. The application's role may post to the books and not write them; `owner`
# makes the tables (`manage.py migrate --database owner`) and need not be known to the web.
EMBEDDED = "DATABASE_URL" not in env.ENVIRON
if EMBEDDED:
    POSTGRES_DATA = VAR / "postgres"
    server = embedded_postgres.ensure_running(POSTGRES_DATA)
    DATABASE_URL = server.url(embedded_postgres.APPLICATION, "countersign")
    DATABASE_OWNER_URL = server.url(embedded_postgres.OWNER, "countersign")
else:
    DATABASE_URL = env("DATABASE_URL")
    DATABASE_OWNER_URL = env("DATABASE_OWNER_URL", default="") or DATABASE_URL
SERVES_PAGES = "SERVES_PAGES" in env.ENVIRON  # said by wsgi.py: jobs and commands take their time
STATEMENT_TIMEOUT_MS = env.int("STATEMENT_TIMEOUT_MS", default=5000) if SERVES_PAGES else 0
DATABASES = {
    "default": env.db_url_config(DATABASE_URL),
    "owner": env.db_url_config(DATABASE_OWNER_URL),
}
TEST_DATABASE = env("TEST_DATABASE", default="test_countersign")
for database in DATABASES.values():
    if EMBEDDED:
        database["HOST"] = server.socket_dir  # as it is written: a URL's host is in lower case
    database["CONN_HEALTH_CHECKS"] = True
    database["TEST"] = {"NAME": TEST_DATABASE, "TEMPLATE": "template0"}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["OPTIONS"] = DATABASES["default"].get("OPTIONS", {}) | {
    # A plan takes longer to compile than to run; a page at random is no seek of a turning disk.
    "options": "-c jit=off -c random_page_cost=1.1 -c lock_timeout=3s"
    f" -c idle_in_transaction_session_timeout=60s -c statement_timeout={STATEMENT_TIMEOUT_MS}",
    "prepare_threshold": 5,  # the books' statements are prepared; None for an old PgBouncer
}
# A migration that waits for a table has everybody else wait behind it.
DATABASES["owner"].setdefault("OPTIONS", {})["options"] = "-c lock_timeout=5s"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CURRENCIES = tuple(EXPONENTS)  # django-money would list every one that there is or was
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "platform_cache",  # shared by all processes: limits and used codes live here
        # Past that number Django deletes what is valid. What is over goes each minute instead.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

# A task enqueued inside a transaction commits with it or vanishes with it. `retry` covers the
# whole prefetch of a worker: timeout * (ceil((queue_limit + bulk) / workers) + 1) + 30.
Q_CLUSTER: dict[str, Any] = {
    "name": "billing",
    "orm": "default",
    "workers": 2,
    "queue_limit": 2,
    "bulk": 1,
    "timeout": 60,
    "retry": 300,
    "max_attempts": 5,
    "catch_up": False,
    "poll": env.float("QUEUE_POLL_SECONDS", default=1),
    "recycle": 200,
    "max_rss": 400_000,
    "save_limit": 1000,
    "time_zone": "UTC",
}
# Scales every wait between the worker, its jobs and its watchdog; tests that kill hurry.
JOB_PACE = env.float("JOB_PACE", default=1)
WORKER_NAME = env("WORKER_NAME", default=socket.gethostname())
# Who issues fee invoices, and from where: its country decides the VAT on fees.
PLATFORM = {
    "name": env("PLATFORM_NAME", default="Countersign Demo GmbH" if DEMO else ""),
    "street": env("PLATFORM_STREET", default="Mustergasse 1" if DEMO else ""),
    "postal_code": env("PLATFORM_POSTAL_CODE", default="1010" if DEMO else ""),
    "city": env("PLATFORM_CITY", default="Wien" if DEMO else ""),
    "country": env("PLATFORM_COUNTRY", default="AT" if DEMO else ""),
    "vat_id": env("PLATFORM_VAT_ID", default="ATU00000000" if DEMO else ""),
    "series_code": "CSN",
}
PAYMENTS_SANDBOX = env.bool("PAYMENTS_SANDBOX", default=DEMO)
# Who says what currencies are worth: ecb, or in the sandbox a made-up table.
EXCHANGE_RATES = env("EXCHANGE_RATES", default="table" if PAYMENTS_SANDBOX else "ecb")
# What the statement of a card begins with: the same as is set at the provider.
STATEMENT_NAME = env("STATEMENT_NAME", default="COUNTRSIGN")
STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY", default="")
STRIPE_PLATFORM_SECRETS = env.list("STRIPE_PLATFORM_SECRETS", default=[])  # newest first
STRIPE_CONNECT_SECRETS = env.list("STRIPE_CONNECT_SECRETS", default=[])
SANDBOX_WEBHOOK_SECRETS = {
    "platform": env.list("SANDBOX_PLATFORM_SECRETS", default=["whsec_sandbox_platform"]),
    "connect": env.list("SANDBOX_CONNECT_SECRETS", default=["whsec_sandbox_connect"]),
}

# Signing in has a file of its own; it is told what differs between the demo and production.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_SECRETS = env.list("MFA_SECRETS", default=[])  # Fernet keys, newest first
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO  # passkeys on http://localhost

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="filemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20  # seconds: a mail server that says nothing must not keep a worker
EMAIL_FILE_PATH = VAR / "mail"  # a URL's path would lose its first slash
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Countersign <billing@localhost>")

PRIVATE_FILES = Path(env("PRIVATE_FILES", default=str(VAR / "files")))
# Who may read a file: any of these says so, `rule(user, file)`. Apps that show files add theirs.
FILE_RULES = [
    "billing_site.file_rules.acts_for_its_owner",
    "invoices.queries.files.came_with_an_invoice",
    "disputes.queries.files.is_of_a_case",
    "payments.queries.files.is_shown_to_a_bank",
]
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "billing_site.formats"

SECURE_COOKIES = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_NAME = "__Host-sid" if SECURE_COOKIES else "sid"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_COOKIES else "csrf"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"  # a strict one is absent on the way back from a payment page
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SECURE_COOKIES
SECURE_HSTS_SECONDS = 63_072_000 if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_COOKIES
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": DIRECTIVES}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
LOGGING = logs.configured(level=env("LOG_LEVEL", default="WARNING"))
