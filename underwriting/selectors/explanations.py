"""A decision in plain words: what was decided, how likely non-payment is, and which facts counted.

R21: an explanation names the procedure and the data in words the reader understands. The words live
here as data, one table a sentence, so that a reviewer reads all languages side by side.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal

LANGUAGES = ("en", "de", "es", "pt")
FALLBACK = "en"
PPM = Decimal(1_000_000)

OUTCOMES: Mapping[str, Mapping[str, str]] = {
    "approve": {
        "en": "approved",
        "de": "bewilligt",
        "es": "aprobada",
        "pt": "aprovada",
    },
    "counter_offer": {
        "en": "another offer instead of the one asked for",
        "de": "ein anderes Angebot als das beantragte",
        "es": "otra oferta en lugar de la solicitada",
        "pt": "outra oferta em vez da solicitada",
    },
    "refer": {
        "en": "referred to a person",
        "de": "an eine Person zur Prüfung gegeben",
        "es": "remitida a una persona",
        "pt": "encaminhada a uma pessoa",
    },
    "decline": {
        "en": "declined",
        "de": "abgelehnt",
        "es": "denegada",
        "pt": "recusada",
    },
}

LIKELIHOOD: Mapping[str, str] = {
    "en": "Of 100 applications like this one, about {count} are expected not to be repaid as"
    " agreed.",
    "de": "Von 100 Anträgen wie diesem werden voraussichtlich etwa {count} nicht wie vereinbart"
    " zurückgezahlt.",
    "es": "De 100 solicitudes como esta, se espera que unas {count} no se paguen según lo"
    " acordado.",
    "pt": "De 100 pedidos como este, espera-se que cerca de {count} não sejam pagos conforme"
    " combinado.",
}

UNSCORED: Mapping[str, str] = {
    "en": "No probability was computed for this application.",
    "de": "Für diesen Antrag wurde keine Wahrscheinlichkeit berechnet.",
    "es": "No se calculó ninguna probabilidad para esta solicitud.",
    "pt": "Nenhuma probabilidade foi calculada para este pedido.",
}

DECIMAL_COMMA = frozenset({"de", "es", "pt"})


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in the reader's language, else in English, else in whichever there is."""
    return texts.get(language) or texts.get(FALLBACK) or next(iter(texts.values()), "")


def outcome_words(outcome: str, language: str) -> str:
    return in_language(OUTCOMES[outcome], language)


def probability(pd_ppm: int | None) -> str | None:
    """PD as a decimal string of six places (a fraction of one), None where nothing was scored."""
    return None if pd_ppm is None else f"{Decimal(pd_ppm) / PPM:.6f}"


def likelihood_words(pd_ppm: int | None, language: str) -> str:
    """The PD as a count in a hundred: people judge frequencies better than percentages."""
    if pd_ppm is None:
        return in_language(UNSCORED, language)
    count = (Decimal(pd_ppm) / 10_000).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    text = f"{count:.0f}" if count >= 10 or count == count.to_integral() else f"{count}"
    if language in DECIMAL_COMMA:
        text = text.replace(".", ",")
    return in_language(LIKELIHOOD, language).format(count=text)
