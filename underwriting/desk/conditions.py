"""Conditions an underwriter may tie to an approval, as the applicant reads them."""

from collections.abc import Mapping

from underwriting.selectors.explanations import in_language

CONDITIONS: Mapping[str, Mapping[str, str]] = {
    "PAYSLIPS": {
        "en": "Your last three payslips",
        "de": "Ihre letzten drei Gehaltsabrechnungen",
        "es": "Sus tres últimas nóminas",
        "pt": "Seus três últimos contracheques",
    },
    "BANK_STATEMENTS": {
        "en": "Bank statements of the last three months",
        "de": "Kontoauszüge der letzten drei Monate",
        "es": "Extractos bancarios de los últimos tres meses",
        "pt": "Extratos bancários dos últimos três meses",
    },
    "IDENTITY_DOCUMENT": {
        "en": "A copy of your identity document",
        "de": "Eine Kopie Ihres Ausweises",
        "es": "Una copia de su documento de identidad",
        "pt": "Uma cópia do seu documento de identidade",
    },
    "EMPLOYMENT": {
        "en": "Your employer's confirmation of employment",
        "de": "Eine Bestätigung Ihres Arbeitgebers",
        "es": "Una confirmación de su empleador",
        "pt": "Uma confirmação do seu empregador",
    },
    "DEBT_REPAID": {
        "en": "Proof that the other debt named was repaid",
        "de": "Ein Nachweis, dass die genannte andere Schuld getilgt ist",
        "es": "Prueba de que la otra deuda indicada está saldada",
        "pt": "Prova de que a outra dívida indicada foi paga",
    },
}
OTHER = "OTHER"


def condition_choices(language: str) -> list[tuple[str, str]]:
    return [(code, in_language(texts, language)) for code, texts in CONDITIONS.items()]


def conditions_given(codes: list[str], other: str, language: str) -> list[tuple[str, str]]:
    """Codes with their texts in the applicant's language; what was written freely comes last."""
    given = [(code, in_language(CONDITIONS[code], language)) for code in codes]
    return [*given, (OTHER, other)] if other else given
