"""Why a field outside the lender's dictionary was refused, in the applicant's language."""

from collections.abc import Mapping

MESSAGES: Mapping[str, Mapping[str, str]] = {
    "required": {
        "en": "This is required.",
        "de": "Diese Angabe wird benötigt.",
        "es": "Este dato es obligatorio.",
        "pt": "Este dado é obrigatório.",
    },
    "unknown_field": {
        "en": "There is no such field here.",
        "de": "Ein solches Feld gibt es hier nicht.",
        "es": "No existe tal campo aquí.",
        "pt": "Não existe tal campo aqui.",
    },
    "type_object": {
        "en": "This must be an object.",
        "de": "Dies muss ein Objekt sein.",
        "es": "Debe ser un objeto.",
        "pt": "Deve ser um objeto.",
    },
    "type_list": {
        "en": "This must be a list.",
        "de": "Dies muss eine Liste sein.",
        "es": "Debe ser una lista.",
        "pt": "Deve ser uma lista.",
    },
    "type_text": {
        "en": "This must be text.",
        "de": "Dies muss ein Text sein.",
        "es": "Debe ser un texto.",
        "pt": "Deve ser um texto.",
    },
    "name": {
        "en": "A name is written in letters.",
        "de": "Ein Name wird mit Buchstaben geschrieben.",
        "es": "Un nombre se escribe con letras.",
        "pt": "Um nome é escrito com letras.",
    },
    "email": {
        "en": "This is not an e-mail address.",
        "de": "Dies ist keine E-Mail-Adresse.",
        "es": "No es una dirección de correo electrónico.",
        "pt": "Não é um endereço de e-mail.",
    },
    "phone": {
        "en": "This is not a phone number.",
        "de": "Dies ist keine Telefonnummer.",
        "es": "No es un número de teléfono.",
        "pt": "Não é um número de telefone.",
    },
    "national_id": {
        "en": "This is not an identity number.",
        "de": "Dies ist keine Ausweisnummer.",
        "es": "No es un número de identidad.",
        "pt": "Não é um número de identidade.",
    },
    "date": {
        "en": "A date is written YYYY-MM-DD.",
        "de": "Ein Datum wird JJJJ-MM-TT geschrieben.",
        "es": "Una fecha se escribe AAAA-MM-DD.",
        "pt": "Uma data é escrita AAAA-MM-DD.",
    },
    "date_future": {
        "en": "This date lies in the future.",
        "de": "Dieses Datum liegt in der Zukunft.",
        "es": "Esta fecha está en el futuro.",
        "pt": "Esta data está no futuro.",
    },
    "date_too_old": {
        "en": "This date lies too far back.",
        "de": "Dieses Datum liegt zu weit zurück.",
        "es": "Esta fecha es demasiado antigua.",
        "pt": "Esta data é antiga demais.",
    },
    "line": {
        "en": "This must be one line of at most 120 characters.",
        "de": "Dies muss eine Zeile mit höchstens 120 Zeichen sein.",
        "es": "Debe ser una línea de 120 caracteres como máximo.",
        "pt": "Deve ser uma linha de no máximo 120 caracteres.",
    },
    "country": {
        "en": "This is not a country code of two letters.",
        "de": "Dies ist kein Ländercode aus zwei Buchstaben.",
        "es": "No es un código de país de dos letras.",
        "pt": "Não é um código de país de duas letras.",
    },
    "role": {
        "en": "This role is not possible here.",
        "de": "Diese Rolle ist hier nicht möglich.",
        "es": "Esta función no es posible aquí.",
        "pt": "Esta função não é possível aqui.",
    },
    "liability": {
        "en": "This liability is not possible for this role.",
        "de": "Diese Haftung ist für diese Rolle nicht möglich.",
        "es": "Esta responsabilidad no es posible para esta función.",
        "pt": "Esta responsabilidade não é possível para esta função.",
    },
    "too_many_parties": {
        "en": "This product does not take so many applicants.",
        "de": "Für dieses Produkt sind nicht so viele Antragsteller möglich.",
        "es": "Este producto no admite tantos solicitantes.",
        "pt": "Este produto não aceita tantos proponentes.",
    },
    "same_person": {
        "en": "This applicant is already part of the application.",
        "de": "Diese Person ist bereits Teil des Antrags.",
        "es": "Esta persona ya forma parte de la solicitud.",
        "pt": "Esta pessoa já faz parte do pedido.",
    },
    "consent_missing": {
        "en": "This consent is required before we may decide: {purpose}.",
        "de": "Diese Einwilligung brauchen wir, bevor wir entscheiden dürfen: {purpose}.",
        "es": "Necesitamos este consentimiento antes de decidir: {purpose}.",
        "pt": "Precisamos deste consentimento antes de decidir: {purpose}.",
    },
    "consent_unknown": {
        "en": "No published consent text has this purpose and hash.",
        "de": "Kein veröffentlichter Einwilligungstext hat diesen Zweck und diesen Hash.",
        "es": "Ningún texto de consentimiento publicado tiene este fin y este hash.",
        "pt": "Nenhum texto de consentimento publicado tem esta finalidade e este hash.",
    },
    "language": {
        "en": "This lender does not use this language.",
        "de": "Dieser Kreditgeber verwendet diese Sprache nicht.",
        "es": "Este prestamista no utiliza este idioma.",
        "pt": "Este credor não usa este idioma.",
    },
    "amount_range": {
        "en": "The amount must be from {min} to {max}.",
        "de": "Der Betrag muss von {min} bis {max} liegen.",
        "es": "El importe debe estar entre {min} y {max}.",
        "pt": "O valor deve estar entre {min} e {max}.",
    },
    "amount_financed": {
        "en": "The amount must be the price less the down payment: {amount}.",
        "de": "Der Betrag muss der Preis abzüglich der Anzahlung sein: {amount}.",
        "es": "El importe debe ser el precio menos la entrada: {amount}.",
        "pt": "O valor deve ser o preço menos a entrada: {amount}.",
    },
    "term_choice": {
        "en": "This term is not offered. Possible: {values}.",
        "de": "Diese Laufzeit wird nicht angeboten. Möglich: {values}.",
        "es": "Este plazo no se ofrece. Posibles: {values}.",
        "pt": "Este prazo não é oferecido. Possíveis: {values}.",
    },
    "reason_count": {
        "en": "Give one to four reasons.",
        "de": "Geben Sie einen bis vier Gründe an.",
        "es": "Indique de uno a cuatro motivos.",
        "pt": "Indique de um a quatro motivos.",
    },
    "reason_unknown": {
        "en": "This reason is not in the published catalogue.",
        "de": "Dieser Grund steht nicht im veröffentlichten Katalog.",
        "es": "Este motivo no está en el catálogo publicado.",
        "pt": "Este motivo não está no catálogo publicado.",
    },
    "override_unknown": {
        "en": "There is no such override code.",
        "de": "Einen solchen Ausnahmegrund gibt es nicht.",
        "es": "No existe tal código de excepción.",
        "pt": "Não existe tal código de exceção.",
    },
    "override_needed": {
        "en": "Say with a code why you depart from the computed decision.",
        "de": "Geben Sie mit einem Code an, warum Sie von der berechneten Entscheidung abweichen.",
        "es": "Indique con un código por qué se aparta de la decisión calculada.",
        "pt": "Indique com um código por que se afasta da decisão calculada.",
    },
    "exception_needed": {
        "en": "This is softer than policy: say with a code why an exception is made.",
        "de": "Das ist milder als die Richtlinie: Begründen Sie die Ausnahme mit einem Code.",
        "es": "Es más favorable que la política: justifique la excepción con un código.",
        "pt": "É mais favorável do que a política: justifique a exceção com um código.",
    },
    "exception_idle": {
        "en": "This is no exception from policy: leave it out.",
        "de": "Das ist keine Ausnahme von der Richtlinie: Lassen Sie es weg.",
        "es": "No es una excepción a la política: déjelo vacío.",
        "pt": "Não é uma exceção à política: deixe em branco.",
    },
    "mitigants_needed": {
        "en": "Choose what makes up for the exception.",
        "de": "Wählen Sie, was die Ausnahme ausgleicht.",
        "es": "Elija qué compensa la excepción.",
        "pt": "Escolha o que compensa a exceção.",
    },
    "exception_day": {
        "en": "Choose a day to come on which the exception ends; the lender limits how late.",
        "de": "Wählen Sie, bis wann die Ausnahme gilt: ein künftiger Tag, nicht zu spät.",
        "es": "Elija un día futuro en que termina la excepción; la entidad limita hasta cuándo.",
        "pt": "Escolha um dia futuro em que a exceção termina; o credor limita até quando.",
    },
    "exception_words": {
        "en": "Say in the note what makes up for the exception.",
        "de": "Schreiben Sie in die Notiz, was die Ausnahme ausgleicht.",
        "es": "Diga en la nota qué compensa la excepción.",
        "pt": "Diga na nota o que compensa a exceção.",
    },
    "terms_not_possible": {
        "en": "The product does not allow these terms.",
        "de": "Das Produkt lässt diese Konditionen nicht zu.",
        "es": "El producto no admite estas condiciones.",
        "pt": "O produto não permite estas condições.",
    },
}


def message(code: str, language: str, **params: str) -> str:
    """The message of a code in a language, else in English."""
    texts = MESSAGES[code]
    return texts.get(language, texts["en"]).format(**params)
