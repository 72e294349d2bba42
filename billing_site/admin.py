from __future__ import annotations

from django.contrib import admin


class BillingAdminSite(admin.AdminSite):
    site_header = "Countersign"
    site_title = "Countersign"
    index_title = "Desk"
