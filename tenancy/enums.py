from django.db import models


class Mode(models.TextChoices):
    """A test organization is the twin of a live one: another tenant, with its own clock."""

    LIVE = "live", "Live"
    TEST = "test", "Test"
