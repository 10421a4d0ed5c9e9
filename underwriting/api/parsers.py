"""JSON bodies as lenders mean them: exact decimals, no NaN, no key twice, nothing huge or deep."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from underwriting.api.dating import body_lifted
from underwriting.api.refusals import BodyTooLarge

MAX_BODY_BYTES = 1_048_576
MAX_NUMBER_DIGITS = 40
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


class StrictJSONParser(BaseParser):
    """application/json, one megabyte at most; fractions arrive as Decimal, never as float."""

    media_type = "application/json"
    most_bytes = MAX_BODY_BYTES

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(self.most_bytes + 1)
        if len(body) > self.most_bytes:
            raise BodyTooLarge
        try:
            document = json.loads(
                body.decode("utf-8"),
                parse_float=_decimal,
                parse_int=_integer,
                parse_constant=_refuse_constant,
                object_pairs_hook=_object,
            )
            _refuse_halves(body, document)
        except UnicodeDecodeError as error:
            raise ParseError(f"The body is not UTF-8 (byte {error.start}).") from error
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        except ValueError as error:
            raise ParseError(f"The body is not valid JSON: {error}.") from error
        return body_lifted(document, (parser_context or {}).get("request"))


class ManyRowsJSONParser(StrictJSONParser):
    """The same for a thousand rows at once: eight megabytes at most."""

    most_bytes = 8 * MAX_BODY_BYTES


def _refuse_halves(body: bytes, found: Any) -> None:
    """Half of a surrogate pair, written as an escape, is no character: nothing could store it or
    repeat it in an answer."""
    if _HALF.search(body):
        try:
            json.dumps(found, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError as error:
            raise ValueError("a text holds half a character") from error


def _decimal(text: str) -> Decimal:
    if len(text) > MAX_NUMBER_DIGITS or "e" in text.lower():
        raise ValueError(f"a number is written in a form we do not take: {text[:20]}")
    return Decimal(text)


def _integer(text: str) -> int:
    if len(text) > MAX_NUMBER_DIGITS:
        raise ValueError(f"a number has too many digits: {text[:20]}")
    return int(text)


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twice[:60]!r} stands twice in one object")
    if any("\x00" in name for name in document):
        raise ValueError("a name holds a NUL character")
    return document
