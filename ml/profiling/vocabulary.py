"""Words by which lenders name columns, in English, Spanish, Portuguese, German and
romanised Chinese.

A term is one word or several in a row; it is looked for among the words of a header, never inside
one (`usage` says no age). Prohibited bases follow 12 CFR 1002.2(z) and 1002.6(b) (race, colour,
religion, national origin, sex, marital status, age, public assistance) and Directive (EU)
2023/2225, art. 6.
"""

from collections.abc import Iterable, Mapping

Terms = tuple[tuple[str, ...], ...]


def terms(text: str) -> Terms:
    """`date of birth|dob` as tuples of words."""
    return tuple(tuple(term.split()) for term in text.split("|"))


def each_word(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def found(words: tuple[str, ...], wanted: Terms) -> str:
    """The first term that stands among the words, "" where none does."""
    for term in wanted:
        size = len(term)
        if any(words[at : at + size] == term for at in range(len(words) - size + 1)):
            return " ".join(term)
    return ""


def any_of(words: tuple[str, ...], tables: Mapping[str, Terms]) -> tuple[str, str]:
    """The first entry with a term among the words, and that term."""
    for name, wanted in tables.items():
        if term := found(words, wanted):
            return name, term
    return "", ""


PROHIBITED: Mapping[str, Terms] = {
    "national_origin": terms(
        "nationality|nacionality|nationalities|nacionalidad|nacionalidade|citizenship|citizen|"
        "ciudadania|cidadania|staatsangehorigkeit|foreign|foreigner|extranjero|estrangeiro|"
        "auslander|migrant|immigrant|national origin|country of birth|pais nacimiento|"
        "pais de nacimiento|pais nascimento|state of birth|city of birth|place of birth|"
        "birth place|birthplace|lugar de nacimiento|ciudad nacimiento|ciudad de nacimiento|"
        "estado de nascimento|geburtsort|geburtsland|naturalidade|guoji|jiguan|mother tongue"
    ),
    "marital_status": terms(
        "marital|marital status|marriage|married|single|estado civil|civil status|familienstand|"
        "personenstand|hunyin|hunfou|spouse age|personal status"
    ),
    "sex": terms(
        "sex|sexo|gender|genero|geschlecht|sexe|xingbie|female|male|mujer|hombre|mulher|homem|"
        "anrede|salutation|titulo cortesia"
    ),
    "age": terms(
        "age|edad|idade|alter|nianling|age years|birth|birthday|birthdate|birth date|date of birth|"
        "dob|nacimiento|fecha nacimiento|nascimento|data nascimento|geburtsdatum|geburtsjahr|"
        "geburt|chusheng|year of birth|yob|senior citizen"
    ),
    "race": terms(
        "race|raza|raca|ethnic|ethnicity|etnia|minzu|ethnie|afam|hispanic|latino|skin colour|"
        "skin color|cor raca|cor pele|indigena|caste|applicant race"
    ),
    "religion": terms("religion|religiao|religious|konfession|confession|zongjiao|faith|caste"),
    "public_assistance": terms(
        "public assistance|welfare|bolsa familia|subsidio|subsidios|sozialhilfe|burgergeld|"
        "food stamps|social assistance|auxilio"
    ),
    "disability": terms(
        "disability|disabled|discapacidad|deficiencia|behinderung|schwerbehindert|handicap"
    ),
    "health": terms("health|salud|saude|gesundheit|illness|enfermedad|pregnant|embarazo"),
    "sexual_orientation": terms("sexual orientation|orientacion sexual|orientacao sexual"),
    "political_opinion": terms("political|partido politico|trade union|sindicato"),
}
NOT_OF_A_PERSON = terms(
    "account|loan|credit|vehicle|car|file|property|building|acct|cuenta|conta|konto|vehiculo|"
    "veiculo|auto|oldest|average|avg|employment|job|bureau|line|tradeline|antiguedad|debt|invoice"
)
"""Beside `age`, these words say that something else is old."""
PROXIES: Mapping[str, Terms] = {
    "national_origin": terms(
        "zip|zipcode|zip code|postcode|postal code|post code|postal|cep|plz|postleitzahl|"
        "codigo postal|borough|barrio|bairro|district|distrito|neighborhood|neighbourhood|"
        "city|ciudad|cidade|municipio|stadt|ort|surname|last name|apellido|sobrenome|nachname|"
        "language|idioma|sprache|first name|nombre|vorname|region|area code"
    ),
    "age": terms("graduation year|retired|pension|pensioner|jubilado|aposentado|rentner|student"),
    "marital_status": terms(
        "mate|spouse|conyuge|conjuge|ehepartner|partner|dependants|dependents|dependientes|"
        "dependentes|children|hijos|filhos|kinder|household|family|familia"
    ),
    "race": terms(
        "education|educacion|educacao|escolaridad|escolaridade|bildung|xueli|schulbildung"
    ),
}
VALUES: Mapping[str, frozenset[str]] = {
    "sex": each_word(
        "m f male female man woman men women hombre mujer masculino femenino feminino homem mulher"
        " mannlich weiblich mann frau herr nan nv varon h w d divers other diverse"
    ),
    "marital_status": each_word(
        "single married divorced widowed separated soltero soltera casado casada divorciado"
        " divorciada viudo viuda viuvo viuva solteiro solteira separado separada ledig verheiratet"
        " geschieden verwitwet union_libre cohabiting unmarried"
    ),
}
"""Values that give a basis away; a column of them alone, two at least, is one."""
NOT_SEX_ALONE = each_word("nan other diverse d h w")

LATE = terms(
    "paid|total paid|amount paid|paid off|repaid|repayment status|default|defaulted|bad flag|"
    "collection|collections|recovery|recoveries|recovered|charge off|charged off|chargeoff|"
    "chargedoff|write off|written off|writeoff|castigo|castigado|castigada|perdida|incobrable|"
    "cobranza|cobranca|inkasso|mahnung|mahnstufe|verzug|dias de mora|dias mora|dias atraso|"
    "dias de atraso|max mora|maxima mora|dpd|days past due|days late|arrears|overdue|vencido|"
    "inadimplencia|inadimplente|settlement|settled|last payment|last pymnt|next payment|next pymnt|"
    "total pymnt|total rec|out prncp|outstanding principal|hardship|debt settlement|loan status|"
    "closed date|fecha cancelacion|fecha pago|fecha de pago|data pagamento|quitacao|"
    "liquidacion|liquidacao|pagado|pagada|pago a tiempo|atiempo|foreclosure|repossession|"
    "verwertung|ausfall|ruckzahlung"
)
PERHAPS_LATE = terms(
    "saldo|saldos|balance|mora|atraso|delinquency|delinquent|delinq|late|payment|payments|pago|"
    "pagos|pagamento|pymnt|pay|bill|outstanding|puntaje|score"
)
BUREAU = terms(
    "bureau|buro|datacredito|cifin|transunion|experian|equifax|fico|serasa|spc|schufa|crif|huella|"
    "enquiries|inquiries|inquiry|consultas|tradeline|tradelines|credit history|acsp"
)
COUNTS = terms(
    "number|num|no|nr|n|count|cnt|quant|quantity|qtd|qtde|cant|cantidad|numero|anzahl|anz|days"
    "|dias|"
    "tage|months|month|meses|mes|monate|monat|mths|mnths|years|year|anos|ano|jahre|jahr|yrs|edad|"
    "age|idade|alter|dependants|dependents|duration|term|plazo|prazo|laufzeit|since|freq|times|"
    "vezes|veces|inquiries|enquiries|day|dia|tag|shu|score|puntaje"
)
CODES = terms(
    "code|codigo|cod|type|tipo|typ|art|class|clase|classe|category|categoria|kategorie|product|"
    "producto|produto|produkt|zip|cep|plz|state|estado|branch|sucursal|filial|region|"
    "profession|occupation|ocupacion|ocupacao|job|purpose|grade|segment|segmento|channel|canal|"
    "clerk|status|level|marital|marriage|sex|sexo|gender|education|nationality|nacionality|race|"
    "leixing"
)
RATIOS = terms(
    "rate|ratio|percent|percentage|pct|share|tasa|taxa|tasso|zins|zinssatz|prozent|quote|"
    "porcentaje|percentual|utilization|util|dti|ltv|lvrat|pirat|hirat|irat|rat"
)
MONEY = terms(
    "amount|amt|amnt|income|incomes|salary|wage|wages|salario|sueldo|renta|renda|ingreso|ingresos|"
    "rendimento|capital|cuota|monto|importe|valor|limit|limite|saldo|balance|bal|bill|debt|deuda|"
    "divida|assets|activos|patrimonio|betrag|einkommen|gehalt|kredit|price|precio|preco|"
    "installment|instalment|prestamo|prestamos|emprestimo|darlehen|rate betrag|expense|expenses|"
    "gastos|despesas|rent|aluguel|miete|cash|revenue|turnover|ventas|obligations|jine|shouru|"
    "spend|payment|payments|pago|pagamento|mortgage|hipoteca|pymnt|savings|fee|loan|funded"
)
AMOUNT = tuple(
    terms(text)
    for text in (
        (
            "loan amount|loan amnt|loan amt|credit amount|amount requested|requested amount|"
            "monto solicitado|valor solicitado|importe solicitado|kreditbetrag|darlehensbetrag|"
            "kreditsumme|capital prestado|monto prestamo|monto credito|valor credito|valor"
            " emprestimo|"
            "monto del credito|importe prestamo|funded amnt|funded amount|principal amount|"
            "jiekuan jine"
        ),
        "limit bal|credit limit|limite credito|limite de credito|limite|kreditlimit|card limit",
        "amount|monto|importe|principal|betrag|capital|amt credit",
    )
)
"""Names of the amount of a loan, surest first."""
TERM = terms(
    "term|term months|plazo|plazo meses|prazo|prazo meses|laufzeit|duration|duration in month|"
    "duration months|tenor|tenure|loan term|months term|maturity|numero cuotas|n cuotas|parcelas"
)
APPLIED = tuple(
    terms(text)
    for text in (
        (
            "applied|application|app|solicitud|solicitacao|antrag|antragsdatum|fecha solicitud|"
            "fecha prestamo|applied on|request"
        ),
        (
            "issue|issued|origination|originated|disbursement|disbursed|desembolso|opening|loan|"
            "prestamo|credito|contract|contrato|vertrag|booked|funded|concesion|concessao"
            "|otorgamiento|start"
        ),
        "date|fecha|data|datum|day|created|riqi",
    )
)
TARGET = tuple(
    terms(text)
    for text in (
        (
            "target|bad|bad flag|good bad|badflag|is bad|target label bad|default|"
            "default payment next month|defaulted|creditability|malo|mau|ausfall|outcome|pago"
            " atiempo|pago a tiempo|serious dlqin|"
            "incumplio|incumplimiento|incumplido|impago|impagado|calote|vencido 90|"
            "zahlungsausfall|notleidend|seriousdlqin|bad loan|loan default|charged off"
            "|inadimplente|moroso"
        ),
        (
            "loan status|status|class|label|y|result|resultado|ergebnis|performance|risk|deny"
            "|response|"
            "good|bueno|bom"
        ),
    )
)
UNITS: Mapping[str, Terms] = {
    "months": terms("months|month|meses|mes|monate|monat|mths|mnths|plazo|prazo|laufzeit"),
    "years": terms("years|year|anos|ano|jahre|jahr|yrs|edad|age|idade|alter"),
    "days": terms("days|day|dias|dia|tage|dpd"),
    "%": terms("percent|percentage|pct|porcentaje|percentual|prozent"),
}
BAD_VALUES = each_word(
    "bad default defaulted malo mala mau ma schlecht charged_off chargedoff charge_off ausfall"
    " moroso morosa inadimplente delinquent write_off written_off castigado castigada late_31_120"
    " does_not_meet_the_credit_policy_status_charged_off deny denied b"
)
GOOD_VALUES = each_word(
    "good paid fully_paid bueno buena bom boa gut repaid pagado pagada quitado current_good"
    " aldia al_dia does_not_meet_the_credit_policy_status_fully_paid performing g approved"
)
YOUNG_VALUES = each_word("current issued vigente corriente open active laufend aktiv")
YES = each_word("1 y yes true t si s sim ja j wahr verdadero verdadeiro shi x")
NO = each_word("0 n no false f nao nein falso falsch fou")
GOODNESS = terms(
    "good|paid|creditability|pago|pagado|atiempo|bueno|bom|gut|on time|performing|ok|"
    "cumplido|repaid"
)
"""A target of that name says yes for a good loan."""
BOOLEANS: tuple[tuple[str, str], ...] = (
    ("y", "n"), ("yes", "no"), ("true", "false"), ("t", "f"), ("si", "no"), ("s", "n"),
    ("sim", "nao"), ("ja", "nein"), ("j", "n"), ("wahr", "falsch"), ("verdadero", "falso"),
    ("verdadeiro", "falso"), ("v", "f"), ("shi", "fou"), ("oui", "non"), ("1", "0"),
    ("1.0", "0.0"), ("x", ""),
)  # fmt: skip


def named(words: tuple[str, ...], groups: Iterable[Terms]) -> int | None:
    """The place of the first group with a term among the words."""
    for place, wanted in enumerate(groups):
        if found(words, wanted):
            return place
    return None
