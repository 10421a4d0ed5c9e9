"""Celery on Valkey, or any Redis: six queues, late acknowledgement, beat's fixed entries."""

from celery.schedules import crontab

from config.environment import variable

REDIS_URL = variable("REDIS_URL", "redis://127.0.0.1:6379/0")

CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_RESULT_EXPIRES = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True

CELERY_TASK_DEFAULT_QUEUE = "housekeeping"
CELERY_TASK_ROUTES = {
    "underwriting.tasks.application_decide": {"queue": "decision"},
    "underwriting.tasks.prequalification_make": {"queue": "decision"},
    # What follows a decision and is not waited for: no decision queues up behind it.
    "underwriting.tasks.find_path": {"queue": "follow"},
    "underwriting.tasks.shadow_score": {"queue": "follow"},
    "scoring.tasks.explore_dataset": {"queue": "training"},
    "scoring.tasks.train_model": {"queue": "training"},
    "scoring.tasks.profile_upload": {"queue": "batch"},
    "scoring.tasks.import_upload": {"queue": "batch"},
    "underwriting.tasks.refresh_snapshot": {"queue": "batch"},
    "underwriting.tasks.read_batch": {"queue": "batch"},
    "underwriting.tasks.decide_batch_chunk": {"queue": "batch"},
    "underwriting.tasks.follow_chunk": {"queue": "batch"},
    "underwriting.tasks.run_backtest": {"queue": "training"},
    "events.tasks.wake_webhooks": {"queue": "webhook"},
    "events.tasks.pump_webhooks": {"queue": "webhook"},
    "events.tasks.sweep_webhooks": {"queue": "webhook"},
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 50 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 45 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# SIGQUIT: five seconds to finish, then unfinished tasks go back to their queue.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A message is delivered again after `visibility_timeout` seconds, so it exceeds the time limit;
# without the other two a lost message is looked for only every tenth sweep.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 60 * 60,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "socket_keepalive": True,
    "socket_connect_timeout": 5,
    "health_check_interval": 10,
}

CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_BEAT_SCHEDULE = {
    "sweep undecided applications": {
        "task": "underwriting.tasks.sweep_undecided",
        "schedule": 5.0,
        "options": {"expire_seconds": 5},  # sweeps do not queue up behind a slow one
    },
    "take up batches whose worker was lost": {
        "task": "underwriting.tasks.sweep_batches",
        "schedule": 10.0,
        "options": {"expire_seconds": 10},
    },
    "throw away stale files of batches": {
        "task": "underwriting.tasks.empty_stale_batches",
        "schedule": crontab(hour="3", minute="49"),
    },
    "expire offers": {
        "task": "underwriting.tasks.expire_offers",
        "schedule": 60.0,
        "options": {"expire_seconds": 60},
    },
    "end replaced policies": {
        "task": "underwriting.tasks.end_policies",
        "schedule": 60.0,
        "options": {"expire_seconds": 60},
    },
    "find paths whose task was lost": {
        "task": "underwriting.tasks.find_lost_paths",
        "schedule": crontab(minute="*/5"),
        "options": {"expire_seconds": 300},
    },
    "purge facts of erased people": {
        "task": "underwriting.tasks.purge_erased_facts",
        "schedule": crontab(hour="3", minute="21"),
    },
    "purge marks that no window reaches": {
        "task": "underwriting.tasks.purge_due_marks",
        "schedule": crontab(hour="3", minute="37"),
    },
    "close what nobody finished": {
        "task": "underwriting.tasks.close_unfinished",
        "schedule": crontab(minute="41"),
    },
    "forget idempotency keys after a week": {
        "task": "underwriting.tasks.purge_spent_keys",
        "schedule": crontab(minute="*/10"),
        "options": {"expire_seconds": 600},
    },
    "sweep pending prequalifications": {
        "task": "underwriting.tasks.sweep_prequalifications",
        "schedule": 5.0,
        "options": {"expire_seconds": 5},
    },
    "empty the facts of prequalifications that are over": {
        "task": "underwriting.tasks.purge_prequalified_facts",
        "schedule": crontab(minute="41"),
    },
    "empty the facts of scores kept long enough": {
        "task": "scoring.tasks.score_facts_due",
        "schedule": crontab(minute="47"),
    },
    "empty list entries long over": {
        "task": "underwriting.tasks.purge_due_entries",
        "schedule": crontab(hour="3", minute="43"),
    },
    "take up past applications": {
        "task": "underwriting.tasks.snapshots_due",
        "schedule": crontab(minute="*/15"),
    },
    "send webhooks that wait": {
        "task": "events.tasks.sweep_webhooks",
        "schedule": 5.0,
        "options": {"expire_seconds": 5},
    },
    "cut the log of webhooks": {
        "task": "events.tasks.cut_webhook_logs",
        "schedule": crontab(hour="3", minute="51"),
    },
    "seal event chains": {"task": "events.tasks.seal_chains", "schedule": crontab(minute="7")},
    "look at models in charge": {
        # Hourly, so that a night without beat is made good; what was looked at is left alone.
        "task": "underwriting.tasks.monitoring_due",
        "schedule": crontab(minute="17"),
    },
    "look at challengers": {
        "task": "scoring.tasks.challengers_due",
        "schedule": crontab(hour="4", minute="11"),
    },
    "look at trials of policies": {
        # Hourly, so that a night without beat is made good; what was looked at is left alone.
        "task": "underwriting.tasks.policy_trials_due",
        "schedule": crontab(minute="23"),
    },
    "announce the end of validations": {
        "task": "scoring.tasks.validity_due",
        "schedule": crontab(hour="5", minute="13"),
    },
    "remove old requests and tokens": {
        "task": "accounts.tasks.purge_old",
        # Hourly, so that a night without beat is made good; a lender without any is not asked.
        "schedule": crontab(minute="41"),
    },
    "retrain what is due": {
        "task": "scoring.tasks.retrain_due",
        "schedule": crontab(minute="*/5"),
    },
}
