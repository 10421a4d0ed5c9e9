"""The settings under which the tests run: real PostgreSQL, tasks in the same process."""

from config.settings import *

SECRET_KEY = "tests"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
OPERATOR_DATABASE = "tests.settings.no_operator"
ASSAY_BASE_URL = "http://testserver"
# Static files come from their sources, found when a page asks for them.
STATIC_ROOT = BASE_DIR / "static"
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True


def no_operator() -> None:
    """No test reaches the operator of an installation that happens to run beside it."""
