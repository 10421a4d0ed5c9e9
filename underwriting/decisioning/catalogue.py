"""Every reason a decision can name, with its text: the dictionary's, the policy's and our own."""

from collections.abc import Mapping

from ml.dictionary import Dictionary
from underwriting.policy.document import Policy
from underwriting.policy.verdict import INCOMPLETE_FACTS

UNDER_AGE = "UNDER_AGE"
PERSON_DECIDES = "PERSON_DECIDES"
NOT_EVALUATED = "NOT_EVALUATED"
FALLBACK = "en"

Texts = Mapping[str, str]

BUILT_IN: Mapping[str, Texts] = {
    INCOMPLETE_FACTS: {
        "en": "A fact that is needed for the decision is missing or could not be read",
        "de": "Eine für die Entscheidung nötige Angabe fehlt oder war nicht lesbar",
        "es": "Falta un dato necesario para la decisión o no se pudo leer",
        "pt": "Falta um dado necessário para a decisão ou ele não pôde ser lido",
    },
    UNDER_AGE: {
        "en": "You must be of age to enter into this contract",
        "de": "Für diesen Vertrag müssen Sie volljährig sein",
        "es": "Debe ser mayor de edad para firmar este contrato",
        "pt": "É preciso ser maior de idade para firmar este contrato",
    },
    "PRODUCT_AMOUNT": {
        "en": "The amount requested lies outside what this product offers",
        "de": "Der gewünschte Betrag liegt außerhalb dessen, was dieses Produkt bietet",
        "es": "El importe solicitado está fuera de lo que ofrece este producto",
        "pt": "O valor pedido está fora do que este produto oferece",
    },
    "PRODUCT_TERM": {
        "en": "The term requested is not one that this product offers",
        "de": "Die gewünschte Laufzeit wird für dieses Produkt nicht angeboten",
        "es": "El plazo solicitado no se ofrece para este producto",
        "pt": "O prazo pedido não é oferecido para este produto",
    },
    "DOWN_PAYMENT": {
        "en": "The down payment is a smaller share of the price than this product asks for",
        "de": "Die Anzahlung ist ein kleinerer Teil des Preises, als dieses Produkt verlangt",
        "es": "La entrada es una parte del precio menor de la que exige este producto",
        "pt": "A entrada é uma parte do preço menor do que este produto exige",
    },
    "AMOUNT_DISAGREES": {
        "en": "The amount requested is not the price less the down payment",
        "de": "Der gewünschte Betrag ist nicht der Preis abzüglich der Anzahlung",
        "es": "El importe solicitado no es el precio menos la entrada",
        "pt": "O valor pedido não é o preço menos a entrada",
    },
    "CUSTOMER_LIMIT": {
        "en": "Together with what you owe us or were offered, the amount exceeds the limit of one"
        " customer",
        "de": "Zusammen mit bestehenden Krediten und offenen Angeboten übersteigt der Betrag die"
        " Grenze je Kunde",
        "es": "Junto con sus créditos y ofertas vigentes, el importe supera el límite por cliente",
        "pt": "Somado aos seus créditos e ofertas em aberto, o valor ultrapassa o limite por"
        " cliente",
    },
    "BAND_LIMIT": {
        "en": "The amount or term requested is more than we lend at the likelihood of default"
        " estimated for this application",
        "de": "Betrag oder Laufzeit übersteigen, was wir bei der für diesen Antrag geschätzten"
        " Ausfallwahrscheinlichkeit verleihen",
        "es": "El importe o el plazo superan lo que prestamos con la probabilidad de impago"
        " estimada para esta solicitud",
        "pt": "O valor ou o prazo supera o que emprestamos com a probabilidade de inadimplência"
        " estimada para este pedido",
    },
    "REFERRAL_BAND": {
        "en": "The estimated likelihood of default lies in a range that a person looks at",
        "de": "Die geschätzte Ausfallwahrscheinlichkeit liegt in einem Bereich, den eine Person"
        " prüft",
        "es": "La probabilidad de impago estimada está en un rango que revisa una persona",
        "pt": "A probabilidade de inadimplência estimada está em uma faixa que uma pessoa analisa",
    },
    "RATE_CAP": {
        "en": "The rate for this application would exceed the highest one allowed",
        "de": "Der Zins für diesen Antrag läge über dem höchsten zulässigen",
        "es": "El tipo de interés de esta solicitud superaría el máximo permitido",
        "pt": "A taxa deste pedido ultrapassaria a máxima permitida",
    },
    "TOO_MANY_PARTIES": {
        "en": "More people apply together than this product provides for",
        "de": "Es beantragen mehr Personen gemeinsam, als dieses Produkt vorsieht",
        "es": "Solicitan juntas más personas de las que prevé este producto",
        "pt": "Mais pessoas pedem em conjunto do que este produto prevê",
    },
    PERSON_DECIDES: {
        "en": "A person looks at this application",
        "de": "Eine Person prüft diesen Antrag",
        "es": "Una persona revisa esta solicitud",
        "pt": "Uma pessoa analisa este pedido",
    },
    NOT_EVALUATED: {
        "en": "The application could not be evaluated automatically; a person looks at it",
        "de": "Der Antrag konnte nicht automatisch ausgewertet werden; eine Person prüft ihn",
        "es": "La solicitud no pudo evaluarse automáticamente; la revisa una persona",
        "pt": "O pedido não pôde ser avaliado automaticamente; uma pessoa o analisa",
    },
}


def reason_catalogue(dictionary: Dictionary, policy: Policy) -> dict[str, dict[str, str]]:
    """Text per language of every code; the lender's own wording goes before ours."""
    found = {code: dict(texts) for code, texts in BUILT_IN.items()}
    found |= {code: dict(texts) for code, texts in dictionary.reasons().items()}
    found |= {code: dict(reason.text) for code, reason in policy.reasons.items()}
    return found


def reason_text(catalogue: Mapping[str, Texts], code: str, language: str) -> str:
    """The text in that language, else in English, else in whichever there is."""
    texts = catalogue[code]
    return texts.get(language) or texts.get(FALLBACK) or next(iter(texts.values()))
