"""The Celery application. Tasks of every room are imported at start-up, in every process:
`celery.signature(name)` respects eager mode only for a task it knows."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("assay")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
