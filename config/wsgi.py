"""The web process's entry point."""

import os

from django.core.wsgi import get_wsgi_application

from tenancy.checks import refuse_to_serve_unless_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
refuse_to_serve_unless_application()
