from django.contrib.admin.apps import AdminConfig


class BillingAdminConfig(AdminConfig):
    """Django's admin with our site: staff sign in like everybody, with a second factor."""

    default_site = "billing_site.admin.BillingAdminSite"
