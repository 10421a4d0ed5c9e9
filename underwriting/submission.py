"""A submission, read: every wrong field named, then one typed value of everything in it.

Pure. Pointers are RFC 6901 pointers into the request as the API takes it: `/request/amount`,
`/applicant/facts/monthly_income`, `/co_applicants/0/identity/email`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ml.dictionary import Dictionary
from ml.messages import message as fact_message
from ml.values import Human, Value, days_of, scaled_text
from tenancy.canonical import canonical
from tenancy.errors import FieldError, Invalid
from underwriting.enums import Liability, Role
from underwriting.identity import identity_problems, of_age, parse_date
from underwriting.messages import message

OF_AGE = "of_age"
PARTY_MEMBERS = frozenset({"identity", "facts", "consents", "role", "liability"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What a submission is read against: the product in force and the lender's law."""

    dictionary: Dictionary
    product: Mapping[str, Any]
    minor_units: int
    minimum_age: int
    purposes: tuple[str, ...]
    languages: tuple[str, ...]
    today: date


@dataclass(frozen=True, slots=True)
class SubmittedParty:
    """One party as submitted; `facts` are the canonical facts, derived ones included."""

    role: Role
    liability: Liability
    identity: Mapping[str, Any]
    facts: Mapping[str, Human]
    consents: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Submission:
    request: Mapping[str, Human]
    amount_minor: int
    term_months: int | None
    parties: tuple[SubmittedParty, ...]
    language: str

    @property
    def request_bytes(self) -> bytes:
        return canonical(dict(self.request))


def submission_read(
    terms: Terms, *, request: Any, parties: Sequence[Any], language: str
) -> Submission:
    """Check everything against the terms; raises Invalid with every wrong field at once."""
    submission, errors = _read(terms, request, parties, language)
    if errors:
        raise Invalid(errors)
    return submission


def submission_begun(
    terms: Terms, *, request: Any, parties: Sequence[Any], language: str
) -> tuple[Submission, list[FieldError]]:
    """As `submission_read`, of one that need not be finished: facts and consents that are missing
    are told apart from what is wrong. Raises Invalid with what is wrong."""
    submission, errors = _read(terms, request, parties, language)
    if wrong := [error for error in errors if not _lacking(error)]:
        raise Invalid(wrong)
    return submission, errors


def _read(
    terms: Terms, request: Any, parties: Sequence[Any], language: str
) -> tuple[Submission, list[FieldError]]:
    errors: list[FieldError] = []
    if language not in terms.languages:
        errors.append(_own_error("/language", "language", "en"))
    values = _facts(terms, "request", request, "/request", language, errors)
    amount, term = _amount_and_term(terms, values, language, errors)
    if not parties or len(parties) > int(terms.product.get("max_parties", 1)):
        pointer = "/co_applicants" if parties else "/applicant"
        errors.append(_own_error(pointer, "too_many_parties" if parties else "required", language))
    read = [_party(terms, index, party, language, errors) for index, party in enumerate(parties)]
    if any(not _lacking(error) for error in errors):
        return Submission({}, 0, None, (), language), errors
    submission = Submission(
        request=terms.dictionary.write("request", values),
        amount_minor=amount,
        term_months=term,
        parties=tuple(party for party in read if party is not None),
        language=language,
    )
    return submission, errors


def _lacking(error: FieldError) -> bool:
    """Whether something is only not there yet: a fact or a consent of a party."""
    if error.code == "consent_missing":
        return True
    of_party = error.pointer.removeprefix("/applicant/").removeprefix("/co_applicants/")
    return error.code in ("required", "null") and "facts" in of_party.split("/")[:2]


def pointer_of(index: int) -> str:
    """Where a party stands in the request."""
    return "/applicant" if index == 0 else f"/co_applicants/{index - 1}"


def _party(
    terms: Terms, index: int, party: Any, language: str, errors: list[FieldError]
) -> SubmittedParty | None:
    pointer = pointer_of(index)
    if not isinstance(party, Mapping):
        errors.append(_own_error(pointer, "type_object", language))
        return None
    before = len(errors)
    errors += [
        _own_error(f"{pointer}/{_escaped(str(name))}", "unknown_field", language)
        for name in party
        if name not in PARTY_MEMBERS
    ]
    identity = party.get("identity")
    errors.extend(_identity_errors(pointer, party, terms.today, language))
    values = _facts(terms, "party", party.get("facts"), f"{pointer}/facts", language, errors)
    role, liability = _role(index, party, pointer, language, errors)
    consents = _consents(terms, party, pointer, language, errors)
    wrong = any(not _lacking(error) for error in errors[before:])
    if wrong or not isinstance(identity, Mapping):
        return None
    return SubmittedParty(
        role=role,
        liability=liability,
        identity=_cleaned(identity),
        facts=terms.dictionary.write("party", _derived(terms, identity, values)),
        consents=consents,
    )


def _identity_errors(
    pointer: str, party: Mapping[str, Any], today: date, language: str
) -> Iterator[FieldError]:
    if "identity" not in party:
        yield _own_error(f"{pointer}/identity", "required", language)
        return
    for problem in identity_problems(party["identity"], today=today):
        yield _own_error(f"{pointer}/identity{problem.path}", problem.code, language)


def _facts(
    terms: Terms, scope: str, document: Any, pointer: str, language: str, errors: list[FieldError]
) -> dict[str, Value]:
    """Read what a door may send: nothing prohibited, nothing known only later, nothing derived."""
    asked = frozenset(
        field.name
        for field in terms.dictionary.decision_fields(scope)
        if field.known == "application" and field.name != OF_AGE
    )
    if document is None:
        errors.append(_own_error(pointer, "required", language))
        return {}
    as_of = days_of(terms.today)
    values, problems = terms.dictionary.read(scope, document, as_of=as_of, only=asked)
    for problem in problems:
        at = f"{pointer}/{_escaped(problem.field)}" if problem.field else pointer
        text = fact_message(problem, language)
        errors.append(FieldError(at, problem.code, text, problem.params))
    return values


def _derived(
    terms: Terms, identity: Mapping[str, Any], values: Mapping[str, Value]
) -> Mapping[str, Value]:
    """The facts, and what may be known of the identity: whether of age, never how old."""
    born = parse_date(identity["birth_date"])
    if OF_AGE not in terms.dictionary.entries or born is None:
        return values
    return {**values, OF_AGE: of_age(born, minimum_age=terms.minimum_age, today=terms.today)}


def _amount_and_term(
    terms: Terms, values: Mapping[str, Value], language: str, errors: list[FieldError]
) -> tuple[int, int | None]:
    amount = _amount(terms, values, language, errors)
    asked = terms.product.get("term")
    if not asked:
        return amount, None
    term = values.get(asked["field"])
    if isinstance(term, int) and term not in asked["values"]:
        listed = ", ".join(str(value) for value in asked["values"])
        pointer = f"/request/{asked['field']}"
        errors.append(_own_error(pointer, "term_choice", language, values=listed))
    return amount, term if isinstance(term, int) else None


def _amount(
    terms: Terms, values: Mapping[str, Value], language: str, errors: list[FieldError]
) -> int:
    asked = terms.product["amount"]
    value = values.get(asked["field"])
    if not isinstance(value, int):
        return 0
    low, high = (minor(asked[name], terms.minor_units) for name in ("min", "max"))
    if not low <= value <= high:
        bounds = {name: str(asked[name]) for name in ("min", "max")}
        pointer = f"/request/{asked['field']}"
        errors.append(_own_error(pointer, "amount_range", language, **bounds))
    left = _financed(terms, values)
    if left is not None and left != value:
        pointer, text = f"/request/{asked['field']}", scaled_text(left, terms.minor_units)
        errors.append(_own_error(pointer, "amount_financed", language, amount=text))
    return value


def _financed(terms: Terms, values: Mapping[str, Value]) -> int | None:
    """What the price leaves after the down payment; None where no purchase is financed."""
    rule = terms.product.get("down_payment")
    if not rule:
        return None
    price, paid = values.get(rule["price"]), values.get(rule["field"])
    return price - paid if isinstance(price, int) and isinstance(paid, int) else None


def minor(text: str | int, minor_units: int) -> int:
    """An amount in human form as minor units."""
    return int(Decimal(str(text)).scaleb(minor_units))


def _role(
    index: int, party: Mapping[str, Any], pointer: str, language: str, errors: list[FieldError]
) -> tuple[Role, Liability]:
    role = party.get("role", Role.BORROWER if index == 0 else Role.CO_BORROWER)
    if role not in Role.values or (role == Role.BORROWER) != (index == 0):
        errors.append(_own_error(f"{pointer}/role", "role", language))
        role = Role.CO_BORROWER
    liability = party.get("liability", Liability.FULL)
    if liability not in Liability.values or (role == Role.BORROWER and liability != Liability.FULL):
        errors.append(_own_error(f"{pointer}/liability", "liability", language))
        liability = Liability.FULL
    return Role(role), Liability(liability)


def _consents(
    terms: Terms, party: Mapping[str, Any], pointer: str, language: str, errors: list[FieldError]
) -> tuple[tuple[str, str], ...]:
    given = party.get("consents", [])
    at = f"{pointer}/consents"
    if not isinstance(given, list | tuple):
        errors.append(_own_error(at, "type_list", language))
        return ()
    read: list[tuple[str, str]] = []
    for index, consent in enumerate(given):
        members = set(consent) if isinstance(consent, Mapping) else set()
        if members != {"purpose", "text_hash"} or not all(
            isinstance(text, str) for text in consent.values()
        ):
            errors.append(_own_error(f"{at}/{index}", "consent_unknown", language))
        else:
            read.append((consent["purpose"], consent["text_hash"]))
    agreed = {purpose for purpose, _ in read}
    errors += [
        _own_error(at, "consent_missing", language, purpose=purpose)
        for purpose in terms.purposes
        if purpose not in agreed
    ]
    return tuple(dict.fromkeys(read))


def _cleaned(identity: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.strip() if isinstance(value, str) else value
        for name, value in identity.items()
        if value is not None
    }


def _own_error(pointer: str, code: str, language: str, **params: str) -> FieldError:
    return FieldError(pointer, code, message(code, language, **params), params)


def _escaped(name: str) -> str:
    return name[:60].replace("~", "~0").replace("/", "~1")
