"""One JSON object a line on standard error. Lines carry ids and hashes, never personal data."""

import structlog
from structlog.typing import Processor

from config.environment import variable

SHARED_PROCESSORS: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": SHARED_PROCESSORS,
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    # One line for each task that comes or goes would say the same every five seconds; matplotlib,
    # which optbinning brings, tells of its fonts; oauthlib, asked for details, tells of tokens.
    "loggers": {
        name: {"level": "WARNING"}
        for name in (
            "celery.beat",
            "celery.worker.strategy",
            "celery.app.trace",
            "matplotlib",
            "oauthlib",
        )
    },
    "root": {"handlers": ["stderr"], "level": variable("ASSAY_LOG_LEVEL", "INFO")},
}

structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *SHARED_PROCESSORS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
