"""The consent texts that come with the house, per purpose and language. A lender may word its own.

Wording is the lender's to review: these say in plain words what happens and no more.
"""

from collections.abc import Mapping

TEXTS: Mapping[str, Mapping[str, str]] = {
    "credit_assessment": {
        "en": (
            "I agree that {lender} uses the answers in this application to assess whether I can "
            "repay the credit."
        ),
        "de": (
            "Ich bin einverstanden, dass {lender} meine Angaben in diesem Antrag nutzt, um zu "
            "prüfen, ob ich den Kredit zurückzahlen kann."
        ),
        "es": (
            "Acepto que {lender} utilice las respuestas de esta solicitud para evaluar si puedo "
            "devolver el crédito."
        ),
        "pt": (
            "Concordo que {lender} use as respostas deste pedido para avaliar se posso pagar o "
            "crédito."
        ),
    },
    "automated_decision": {
        "en": (
            "I understand that the decision may be made by a computer. I can ask for a person to "
            "look at it, give my view, and contest it."
        ),
        "de": (
            "Mir ist bekannt, dass die Entscheidung automatisch getroffen werden kann. Ich kann "
            "verlangen, dass ein Mensch sie prüft, meinen Standpunkt darlegen und sie anfechten."
        ),
        "es": (
            "Entiendo que la decisión puede tomarla un ordenador. Puedo pedir que la revise una "
            "persona, dar mi opinión e impugnarla."
        ),
        "pt": (
            "Entendo que a decisão pode ser tomada por um computador. Posso pedir que uma pessoa "
            "a reveja, dar a minha opinião e contestá-la."
        ),
    },
    "bureau_inquiry": {
        "en": "I agree that {lender} asks a credit bureau about me; the inquiry is recorded.",
        "de": (
            "Ich bin einverstanden, dass {lender} bei einer Auskunftei über mich anfragt; die "
            "Anfrage wird vermerkt."
        ),
        "es": (
            "Acepto que {lender} consulte sobre mí a una central de información crediticia; la "
            "consulta queda registrada."
        ),
        "pt": (
            "Concordo que {lender} consulte um birô de crédito a meu respeito; a consulta fica "
            "registrada."
        ),
    },
}


def built_in(purpose: str, language: str, lender: str) -> str | None:
    """The text of a purpose for a lender, None where the house has none in that language."""
    text = TEXTS.get(purpose, {}).get(language)
    return None if text is None else text.format(lender=lender)
