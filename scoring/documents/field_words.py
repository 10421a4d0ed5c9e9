"""Inputs and reason codes in the reader's words, for charts that would else show identifiers."""

from collections.abc import Mapping

from django.utils.translation import get_language

from ml.dictionary import Dictionary
from scoring.models import ModelVersion


def names_in_words(version: ModelVersion) -> dict[str, str]:
    """The label of each field of the version's dictionary, by its name and by its reason code.

    Fields that share a reason share its first field's label.
    """
    dictionary = Dictionary.parse(version.dictionary_version.document)
    language = (get_language() or "en").split("-")[0]
    found: dict[str, str] = {}
    for entry in (*dictionary.fields, *dictionary.derived):
        label = _in(entry.label, language) or entry.name
        found[entry.name] = label
        if entry.reason is not None:
            found.setdefault(entry.reason.code, label)
    return found


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
