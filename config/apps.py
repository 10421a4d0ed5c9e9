"""Django's view of this package, and of the admin site the underwriters work in."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConfigConfig(AppConfig):
    name = "config"


class DeskConfig(AdminConfig):
    default_site = "accounts.site.DeskSite"
