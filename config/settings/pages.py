"""Templates, static files, sessions' cache and mail."""

from config.environment import mail_from_url, variable
from config.home import current_home
from config.settings.base import BASE_DIR
from config.settings.queues import REDIS_URL

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

STATIC_URL = "/static/"
STATIC_ROOT = variable("ASSAY_STATIC_ROOT", str(current_home().path / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "assay",
    }
}

if _mail := variable("EMAIL_URL"):
    globals().update(mail_from_url(_mail))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(current_home().path / "mail")
DEFAULT_FROM_EMAIL = variable("ASSAY_MAIL_FROM", "Assay <no-reply@localhost>")
