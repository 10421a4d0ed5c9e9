"""Puts the rooms together: settings, addresses, queues and the one-command runner."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
