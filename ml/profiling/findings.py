"""What profiling found: a severity, a stable code, and the figures its sentence needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["bad", "warn", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a person should know about a column, or about the file."""

    code: str
    severity: Severity
    figures: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, language: str = "en") -> str:
        """The finding in words; English where the language has none."""
        english, spanish = SENTENCES[self.code]
        return (spanish if language.startswith("es") else english).format(**self.figures)

    def document(self) -> dict[str, Any]:
        return {"code": self.code, "severity": self.severity, "figures": dict(self.figures)}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Finding":
        return cls(document["code"], document["severity"], document["figures"])


SENTENCES: Mapping[str, tuple[str, str]] = {
    "header_empty": (
        "The column has no name in the file.",
        "La columna no tiene nombre en el archivo.",
    ),
    "header_twice": (
        "Another column has the same name.",
        "Otra columna tiene el mismo nombre.",
    ),
    "identifier": (
        (
            "Every one of the {rows} values is different: it names the row and says nothing about"
            " the applicant."
        ),
        (
            "Cada uno de los {rows} valores es distinto: nombra la fila y no dice nada del"
            " solicitante."
        ),
    ),
    "identifier_repeats": (
        (
            "Nearly every value is different, but {repeats} come more than once: no reference of"
            " the"
            " row."
        ),
        "Casi todos los valores son distintos, pero {repeats} se repiten: no sirve de referencia.",
    ),
    "empty": ("The column holds nothing.", "La columna está vacía."),
    "constant": (
        "Every row says {value}: nothing can be learnt from it.",
        "Todas las filas dicen {value}: no se puede aprender nada de ella.",
    ),
    "near_constant": (
        "{share} of the rows say {value}.",
        "El {share} de las filas dice {value}.",
    ),
    "mostly_missing": (
        "{share} of the rows have no value.",
        "El {share} de las filas no tiene valor.",
    ),
    "null_words": (
        "Read as missing: {words}.",
        "Se lee como ausente: {words}.",
    ),
    "text": (
        (
            "Free text ({distinct} different values): no model reads it, and it may hold personal"
            " data. It is left out."
        ),
        (
            "Texto libre ({distinct} valores distintos): ningún modelo lo lee y puede contener"
            " datos"
            " personales. Se deja fuera."
        ),
    ),
    "many_categories": (
        "{distinct} different values; the {kept} commonest are listed, all others become {other}.",
        (
            "{distinct} valores distintos; se listan los {kept} más comunes y los demás pasan a"
            " {other}."
        ),
    ),
    "numbers_in_category": (
        "{rows} rows have numbers among the words, such as {examples}: read as missing.",
        "{rows} filas tienen números entre las palabras, como {examples}: se leen como ausentes.",
    ),
    "rare_values": (
        "{rows} rows have a value that hardly occurs, such as {examples}: a misspelling?",
        "{rows} filas tienen un valor que apenas aparece, como {examples}: ¿un error de escritura?",
    ),
    "same_but_case": (
        "Values differ in capitals, spaces or accents only: {examples}.",
        "Hay valores que solo difieren en mayúsculas, espacios o acentos: {examples}.",
    ),
    "words_in_numbers": (
        "{rows} rows have words among the numbers, such as {examples}.",
        "{rows} filas tienen palabras entre los números, como {examples}.",
    ),
    "mixed_formats": (
        "Values are written in several ways: {examples}.",
        "Los valores están escritos de varias maneras: {examples}.",
    ),
    "decimal_comma": (
        "Numbers have a decimal comma, such as {example}.",
        "Los números llevan coma decimal, como {example}.",
    ),
    "thousands": (
        "Thousands are set apart, such as {example}.",
        "Los miles van separados, como {example}.",
    ),
    "thousands_or_decimals": (
        "{example} may be thousands or decimals; read as {reading}.",
        "{example} puede llevar miles o decimales; se lee como {reading}.",
    ),
    "rounded": (
        "Written with up to {written} decimals, such as {example}: rounded to {decimals}.",
        "Escrito con hasta {written} decimales, como {example}: se redondea a {decimals}.",
    ),
    "day_or_month": (
        "{example} may be day first or month first; read as {reading} first.",
        "{example} puede empezar por el día o el mes; se lee primero el {reading}.",
    ),
    "date_special": (
        "{value} comes {rows} times and stands for no date: read as missing.",
        "{value} aparece {rows} veces y no es una fecha: se lee como ausente.",
    ),
    "control_characters": (
        "{rows} rows have control or broken characters.",
        "{rows} filas tienen caracteres de control o rotos.",
    ),
    "special_code": (
        (
            "{value} comes {rows} times, apart from all others (which go from {low} to {high}): it"
            " is"
            " likely a code, not a quantity."
        ),
        (
            "{value} aparece {rows} veces, lejos de los demás (que van de {low} a {high}): es"
            " probablemente un código, no una cantidad."
        ),
    ),
    "beyond_range": (
        (
            "{rows} rows lie beyond what is plausible ({example}; all but one in a thousand are at"
            " most {bulk}): the import refuses them unless you widen the range."
        ),
        (
            "{rows} filas están fuera de lo plausible ({example}; todas menos una de cada mil"
            " llegan a"
            " {bulk}): la importación las rechaza si no amplía el rango."
        ),
    ),
    "below_range": (
        (
            "{rows} rows lie below what is plausible ({example}): the import refuses them unless"
            " you"
            " widen the range."
        ),
        (
            "{rows} filas están por debajo de lo plausible ({example}): la importación las rechaza"
            " si"
            " no amplía el rango."
        ),
    ),
    "impossible_age": (
        "{rows} rows have an impossible age (the ages go from {low} to {high}): read as missing.",
        "{rows} filas tienen una edad imposible (van de {low} a {high}): se lee como ausente.",
    ),
    "prohibited_name": (
        (
            "The name says {basis} ({words}): a prohibited basis, kept apart from everything that"
            " decides."
        ),
        "El nombre indica {basis} ({words}): base prohibida, apartada de todo lo que decide.",
    ),
    "prohibited_values": (
        (
            "The values ({examples}) look like {basis}: a prohibited basis, kept apart from"
            " everything"
            " that decides."
        ),
        "Los valores ({examples}) parecen {basis}: base prohibida, apartada de todo lo que decide.",
    ),
    "odd_values": (
        "{rows} rows say {examples}, which is no {basis}: read as missing.",
        "{rows} filas dicen {examples}, que no corresponde a {basis}: se lee como ausente.",
    ),
    "proxy": (
        (
            "The name ({words}) says something that may stand for {basis}: see the proxy radar"
            " before"
            " a model uses it."
        ),
        (
            "El nombre ({words}) dice algo que puede sustituir a {basis}: mire el radar de"
            " sustitutos"
            " antes de que un modelo lo use."
        ),
    ),
    "late_name": (
        "The name ({words}) says what is known only after the decision: no model may use it.",
        (
            "El nombre ({words}) dice algo que solo se sabe después de la decisión: ningún modelo"
            " puede usarlo."
        ),
    ),
    "late_perhaps": (
        (
            "The name ({words}) may say what is known only after the decision. Make sure that it"
            " was"
            " known when the loan was asked for."
        ),
        (
            "El nombre ({words}) puede decir algo que solo se sabe después de la decisión."
            " Compruebe"
            " que se sabía al pedir el préstamo."
        ),
    ),
    "separates": (
        (
            "It separates good from bad loans on its own (AUC {auc}): it was likely made from the"
            " outcome. Known only after the decision, unless you can say otherwise."
        ),
        (
            "Separa por sí sola los préstamos buenos de los malos (AUC {auc}): probablemente se"
            " hizo a"
            " partir del resultado. Conocida solo tras la decisión, salvo que pueda probar lo"
            " contrario."
        ),
    ),
    "risk": (
        "The bad rate {way} in {steps} of {all} steps as the value rises, from {first} to {last}.",
        (
            "La tasa de malos {way} en {steps} de {all} pasos cuando el valor sube, de {first} a"
            " {last}."
        ),
    ),
    "bureau": (
        (
            "The name ({words}) points to a credit bureau: where would a new applicant's value come"
            " from?"
        ),
        (
            "El nombre ({words}) apunta a un buró de crédito: ¿de dónde vendría el valor de un"
            " nuevo"
            " solicitante?"
        ),
    ),
    "birth_date": (
        "A date of birth tells age: kept apart.",
        "Una fecha de nacimiento dice la edad: se aparta.",
    ),
    "target": (
        "The outcome: {bad} is bad ({rows} of {all}, {share}). {why}",
        "El resultado: {bad} es malo ({rows} de {all}, {share}). {why}",
    ),
    "target_asked": ("You said so.", "Lo dijo usted."),
    "target_majority": (
        "More than half of the loans would be bad: is it the right value?",
        "Más de la mitad de los préstamos serían malos: ¿es el valor correcto?",
    ),
    "applied_on": (
        "Taken as the day of the application.",
        "Se toma como el día de la solicitud.",
    ),
    "amount": (
        "Taken as the amount of the loan.",
        "Se toma como el importe del préstamo.",
    ),
    "term": ("Taken as the term in months.", "Se toma como el plazo en meses."),
    "reference": (
        "Taken as the reference by which a row is known again.",
        "Se toma como la referencia por la que se reconoce una fila.",
    ),
    "ragged": (
        (
            "{rows} rows have more or fewer values than the header (first: row {first}): they are"
            " refused."
        ),
        (
            "{rows} filas tienen más o menos valores que el encabezado (primera: fila {first}): se"
            " rechazan."
        ),
    ),
    "encoding": (
        "Read as {encoding}, columns separated by {delimiter}.",
        "Leído como {encoding}, con columnas separadas por {delimiter}.",
    ),
    "few_bads": (
        "Only {bads} bad and {goods} good loans: at least 30 of each are needed to learn from.",
        "Solo {bads} préstamos malos y {goods} buenos: hacen falta al menos 30 de cada uno.",
    ),
}
