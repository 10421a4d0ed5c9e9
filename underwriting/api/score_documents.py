"""Scores as the API shows them: points, PD, reasons and contributions, doubts, what is pinned."""

import json
from typing import Any

from ml.dictionary import Dictionary
from ml.reasons import reason_text
from scoring.models import ModelVersion, Score, ScoreCall
from scoring.services.scores import Scored
from tenancy.ids import public_id
from underwriting.api.formats import fraction, time_text

Document = dict[str, Any]


def score_document(score: Score, *, dictionary: Dictionary, language: str) -> Document:
    """One score; its call, product and model must be read already."""
    said = json.loads(score.said)
    return {
        "id": public_id("scr", score.id),
        "object": "score",
        "reference": score.reference,
        **call_document(score.call),
        "points": score.points,
        "probability": fraction(score.pd_ppm),
        "reasons": [
            {**each, "text": reason_text(dictionary, each["code"], language)}
            for each in said["reasons"]
        ],
        "contributions": [
            {"name": name, "points": points} for name, points in said["contributions"]
        ],
        "uncertain": score.uncertain,
        "outside_domain": score.outside_domain,
        "outside_fields": said["outside"],
        "facts_hash": score.facts_hash,
        "facts_kept_until": _kept_until(score),
    }


def call_document(call: ScoreCall) -> Document:
    """What all scores of one call have in common."""
    return {
        "product": call.product.slug,
        "purpose": call.purpose,
        "model": scoring_model(call.model_version),
        "dictionary_hash": call.dictionary_hash,
        "created_at": time_text(call.made_at),
    }


def scoring_model(version: ModelVersion) -> Document:
    return {
        "id": public_id("mdl", version.id),
        "version": version.number,
        "family": version.family,
        "content_hash": version.artifact_hash,
        "valid_until": time_text(version.valid_until),
    }


def batch_document(done: Scored, *, language: str) -> Document:
    """Scores in the order of the rows; a refused row is named by its place in the body."""
    return {
        "object": "score_batch",
        "scored": len(done.scores),
        "refused": done.refused,
        "data": [
            {
                "row": score.position,
                **score_document(score, dictionary=done.dictionary, language=language),
            }
            for score in done.scores
        ],
        "errors": [
            {"pointer": each.pointer, "code": each.code, "message": each.message}
            for each in done.errors
        ],
    }


def dictionary_of(score: Score) -> Dictionary:
    """The dictionary that scored: a model belongs to one."""
    return Dictionary.parse(score.call.model_version.dictionary_version.document)


def _kept_until(score: Score) -> str | None:
    return None if score.facts is None else time_text(score.call.facts_until)
