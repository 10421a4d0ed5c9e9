"""What is wrong with a field, in the reader's language. One table, languages side by side."""

from collections.abc import Mapping

from ml.dictionary.problems import FieldProblem

LANGUAGES = ("en", "de", "es", "pt")

MESSAGES: Mapping[str, tuple[str, str, str, str]] = {
    "required": (
        "This is required.",
        "Diese Angabe fehlt.",
        "Este dato es obligatorio.",
        "Este dado é obrigatório.",
    ),
    "null": (
        "This is required and cannot be null.",
        "Diese Angabe ist Pflicht und darf nicht null sein.",
        "Este dato es obligatorio y no puede ser nulo.",
        "Este dado é obrigatório e não pode ser nulo.",
    ),
    "unknown": (
        "There is no such field.",
        "Dieses Feld gibt es nicht.",
        "Este campo no existe.",
        "Este campo não existe.",
    ),
    "type_object": (
        "This is a JSON object.",
        "Hier steht ein JSON-Objekt.",
        "Debe ser un objeto JSON.",
        "Deve ser um objeto JSON.",
    ),
    "type_integer": (
        "Give a whole number.",
        "Geben Sie eine ganze Zahl an.",
        "Indique un número entero.",
        "Informe um número inteiro.",
    ),
    "type_decimal": (
        'Give a decimal number such as "0.25".',
        'Geben Sie eine Dezimalzahl an, etwa "0.25".',
        'Indique un número decimal, por ejemplo "0.25".',
        'Informe um número decimal, por exemplo "0.25".',
    ),
    "type_money": (
        'Give an amount such as "1250.00".',
        'Geben Sie einen Betrag an, etwa "1250.00".',
        'Indique un importe, por ejemplo "1250.00".',
        'Informe um valor, por exemplo "1250.00".',
    ),
    "type_boolean": (
        "Answer true or false.",
        "Antworten Sie mit true oder false.",
        "Responda true o false.",
        "Responda true ou false.",
    ),
    "type_category": (
        "Choose one of the listed values.",
        "Wählen Sie einen der Werte aus der Liste.",
        "Elija uno de los valores de la lista.",
        "Escolha um dos valores da lista.",
    ),
    "category": (
        "Choose one of the listed values.",
        "Wählen Sie einen der Werte aus der Liste.",
        "Elija uno de los valores de la lista.",
        "Escolha um dos valores da lista.",
    ),
    "type_date": (
        "Give a date as YYYY-MM-DD.",
        "Geben Sie ein Datum als JJJJ-MM-TT an.",
        "Indique una fecha como AAAA-MM-DD.",
        "Informe uma data como AAAA-MM-DD.",
    ),
    "future": (
        "The date lies in the future.",
        "Das Datum liegt in der Zukunft.",
        "La fecha está en el futuro.",
        "A data está no futuro.",
    ),
    "type_text": (
        "Give a text.",
        "Geben Sie einen Text an.",
        "Indique un texto.",
        "Informe um texto.",
    ),
    "text": (
        "Give a text of 1 to {maximum} characters without control characters.",
        "Geben Sie einen Text von 1 bis {maximum} Zeichen ohne Steuerzeichen an.",
        "Indique un texto de 1 a {maximum} caracteres sin caracteres de control.",
        "Informe um texto de 1 a {maximum} caracteres sem caracteres de controle.",
    ),
    "precision": (
        "At most {scale} decimals are possible.",
        "Höchstens {scale} Nachkommastellen sind möglich.",
        "Se admiten como máximo {scale} decimales.",
        "São permitidas no máximo {scale} casas decimais.",
    ),
    "minimum": (
        "The least possible value is {minimum}.",
        "Der kleinste mögliche Wert ist {minimum}.",
        "El valor mínimo es {minimum}.",
        "O valor mínimo é {minimum}.",
    ),
    "maximum": (
        "The greatest possible value is {maximum}.",
        "Der größte mögliche Wert ist {maximum}.",
        "El valor máximo es {maximum}.",
        "O valor máximo é {maximum}.",
    ),
    "magnitude": (
        "The number is too large.",
        "Die Zahl ist zu groß.",
        "El número es demasiado grande.",
        "O número é grande demais.",
    ),
}


def message(problem: FieldProblem, language: str = "en") -> str:
    """The problem in words; English where the language is not one of ours."""
    texts = MESSAGES[problem.code]
    index = LANGUAGES.index(language) if language in LANGUAGES else 0
    return texts[index].format(**problem.params)
