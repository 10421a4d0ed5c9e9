"""Django's view of this package, and of the admin site the underwriters work in."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Web and commands know every task too, else a task sent by name ignores eager mode."""
        autodiscover_modules("tasks")


class DeskConfig(AdminConfig):
    default_site = "accounts.site.DeskSite"
