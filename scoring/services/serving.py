"""Models ready to score, one copy in each process, found by content hash."""

from threading import Lock
from uuid import UUID

import structlog

from ml.artifacts import ArtifactRefused
from ml.model import Model, load_model
from scoring.models import ModelVersion
from scoring.selectors.models import artifact_body
from tenancy.enter import enter
from tenancy.selectors import work_pending

log = structlog.get_logger(__name__)

MOST_CHAMPIONS = 10_000

_models: dict[str, Model] = {}
_loading = Lock()


def model_loaded(organization_id: UUID, content_hash: str) -> Model:
    """The model of these bytes, inside the caller's `enter`; read and parsed once in a process.

    Equal bytes are an equal model whoever owns them, so the cache is by hash alone; the hash
    comes from a version of the organization's own.
    """
    if content_hash in _models:
        return _models[content_hash]
    body = artifact_body(organization_id, content_hash)
    with _loading:
        if content_hash not in _models:
            _models[content_hash] = load_model(body, content_hash=content_hash)
    return _models[content_hash]


def champions_warm() -> int:
    """Load every organization's champions when a process starts; how many are ready.

    Enters each tenant in turn. A model that cannot be loaded is logged and left to fail where
    it is asked for: the other lenders must not wait for it.
    """
    for work in work_pending("champion", MOST_CHAMPIONS):
        try:
            with enter(work.organization_id, read_only=True):
                version = ModelVersion.objects.get(
                    organization_id=work.organization_id, id=work.row_id
                )
                model_loaded(work.organization_id, version.artifact_hash)
        except (ArtifactRefused, ModelVersion.DoesNotExist) as error:
            log.warning("champion_not_loaded", model=str(work.row_id), error=type(error).__name__)
    return champions_loaded()


def champions_loaded() -> int:
    """How many models this process holds."""
    return len(_models)
