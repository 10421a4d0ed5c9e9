"""Settings come from the environment, else from what `manage.py up` left in the state folder."""

import os
from urllib.parse import parse_qsl, unquote, urlsplit

from config.home import current_home

TRUE = {"1", "true", "yes", "on"}


def variable(name: str, default: str = "") -> str:
    """`name` from the environment, else from the running installation, else `default`."""
    return os.environ.get(name) or current_home().addresses().get(name) or default


def flag(name: str, *, default: bool = False) -> bool:
    text = os.environ.get(name, "")
    return text.lower() in TRUE if text else default


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in variable(name, default).split(",") if word.strip()]


def key(name: str) -> str:
    """A key: from the environment in production, else made once in the state folder."""
    return os.environ.get(name) or current_home().secret(name.lower())


def database_from_url(url: str) -> dict[str, object]:
    """Django's DATABASES entry for `postgresql://user:password@host:port/name?option=value`.

    Raises ValueError for any other scheme: Assay's safety rests on PostgreSQL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"a database URL starts with postgresql://, not {parts.scheme}://")
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def operator_database() -> dict[str, object] | None:
    """The operator's address, read only when their command asks; None where it is unknown."""
    url = variable("DATABASE_OPERATOR_URL")
    return database_from_url(url) if url else None


def mail_from_url(url: str) -> dict[str, object]:
    """Django's EMAIL_* settings for `smtp://user:password@host:port` (`smtps://` for TLS)."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtp+tls", "smtps"}:
        raise ValueError(f"EMAIL_URL starts with smtp://, smtp+tls:// or smtps://: {parts.scheme}")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
    }
