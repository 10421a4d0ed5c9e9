"""What browsers are told: a content security policy without inline code, cookies, TLS."""

from csp.constants import NONE, SELF

from config.environment import flag, key, variable

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # the authenticator's QR code is a data: image
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# ASSAY_TLS=1 behind a proxy that ends TLS and sets X-Forwarded-Proto.
TLS = flag("ASSAY_TLS")
SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
# How many of our own proxies stand before the web processes, each adding to X-Forwarded-For.
ASSAY_TRUSTED_PROXIES = int(variable("ASSAY_TRUSTED_PROXIES", "0"))
SESSION_COOKIE_SECURE = TLS
CSRF_COOKIE_SECURE = TLS
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60

# No form here carries more than a page of answers; a larger body is refused before it is read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000

# Base64 of 32 bytes each: what wraps the organizations' keys, and the seed of the checkpoints' key.
ASSAY_MASTER_KEY = key("ASSAY_MASTER_KEY")
ASSAY_SEAL_KEY = key("ASSAY_SEAL_KEY")
# Public keys (hexadecimal) of other installations whose signed models may be brought in here.
ASSAY_MODEL_KEYS = variable("ASSAY_MODEL_KEYS", "").split()

ASSAY_BASE_URL = variable("ASSAY_BASE_URL", "http://localhost:8000")
