"""Files as they are sent: a form with a file, or the bytes alone; and what is said of them."""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request

from scoring.desk.receiving import TOO_LARGE
from tenancy.errors import FieldError, Invalid
from tenancy.ids import parse_public_id
from underwriting.api.envelope import MAX_METADATA, MAX_TEXT
from underwriting.api.refusals import BodyTooLarge
from underwriting.services.batches import Asked

BLOCK = 1 << 20
MEMBERS = ("product", "file", "upload", "source", "language", "consents", "metadata",
           "decimal_mark")  # fmt: skip
PLACES = ("file", "upload", "source")
MOST_CONSENTS = 20
LONGEST_SOURCE = 2_000


@dataclass(frozen=True)
class Sent:
    """A file that came in, on disk. It stands for its bytes: the same file is the same request."""

    stream: IO[bytes]
    name: str

    @cached_property
    def digest(self) -> str:
        digest = hashlib.sha256()
        self.stream.seek(0)
        while block := self.stream.read(BLOCK):
            digest.update(block)
        return digest.hexdigest()

    def __str__(self) -> str:
        return f"{self.name} {self.digest}"


class FormParser(MultiPartParser):
    """multipart/form-data with one file; consents and metadata are JSON texts."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        found: Any = super().parse(stream, media_type, dict(parser_context or {}))
        files = {
            name: _received(parser_context, file.file, file.name)
            for name, file in found.files.items()
        }
        if TOO_LARGE in (parser_context or {})["request"].META:
            raise BodyTooLarge
        body = {name: found.data.get(name) for name in found.data}
        for name in ("consents", "metadata"):
            if name in body:
                body[name] = _json(name, body[name])
        return body | files


class FileParser(BaseParser):
    """A file's bytes as the whole body, whatever its kind is called; they tell what it is."""

    media_type = "*/*"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        disk = tempfile.TemporaryFile(prefix="assay-upload-")  # noqa: SIM115 - the view closes it
        request = (parser_context or {})["request"]
        sent = _received(parser_context, disk, request.headers.get("X-File-Name", "file")[:200])
        size = 0
        while block := stream.read(BLOCK):
            size += len(block)
            if size > settings.ASSAY_UPLOAD_MAX_BYTES:
                raise BodyTooLarge
            disk.write(block)
        return sent


def sent_of(request: Request) -> Sent:
    """The file of an upload; Invalid where none came."""
    data: Any = request.data
    found = data.get("file") if isinstance(data, dict) else data
    if not isinstance(found, Sent):
        raise Invalid([FieldError("/file", "required", "Send a file.")])
    return found


def asked_of(body: Any, partner_id: UUID | None) -> tuple[Asked, Any]:
    """What a body asks for, and the file, upload or source it names; Invalid names every slip."""
    if not isinstance(body, dict):
        raise Invalid([FieldError("", "type", "The body is a form or a JSON object.")])
    errors = [
        FieldError(f"/{name[:60]}", "unknown", "There is no such member.")
        for name in body
        if name not in MEMBERS
    ]
    given = [name for name in PLACES if body.get(name) not in (None, "")]
    if len(given) != 1:
        errors.append(FieldError("/file", "required", "Send one of file, upload and source."))
    if not _text(body.get("product")):
        errors.append(FieldError("/product", "required", "Name the product."))
    errors += [
        FieldError(f"/{name}", "type", "This is a text.")
        for name in ("language", "decimal_mark")
        if body.get(name) is not None and not _text(body[name])
    ]
    errors += _consent_errors(body.get("consents")) + _metadata_errors(body.get("metadata"))
    if errors:
        raise Invalid(errors)
    asked = Asked(
        product_slug=body["product"],
        partner_id=partner_id,
        language=body.get("language"),
        consents=tuple(body.get("consents") or ()),
        metadata=body.get("metadata") or {},
        decimal_mark=body.get("decimal_mark") or ".",
    )
    return asked, _place(given[0], body[given[0]])


def _place(name: str, value: Any) -> Sent | UUID | str:
    if name == "file":
        if not isinstance(value, Sent):
            raise Invalid([FieldError("/file", "type", "Send the file as a part of a form.")])
        return value
    if name == "source":
        if not isinstance(value, str) or len(value) > LONGEST_SOURCE:
            raise Invalid([FieldError("/source", "type", "This is an address.")])
        return value
    found = parse_public_id("upl", value) if isinstance(value, str) else None
    if found is None:
        raise Invalid([FieldError("/upload", "id", "This is not an id with upl_.")])
    return found


def _consent_errors(given: Any) -> list[FieldError]:
    if given is None:
        return []
    if not isinstance(given, list) or len(given) > MOST_CONSENTS:
        return [FieldError("/consents", "type", "This is a list of consents.")]
    return [
        FieldError(f"/consents/{place}", "type", "A consent has a purpose and a text_hash.")
        for place, each in enumerate(given)
        if not isinstance(each, dict)
        or set(each) != {"purpose", "text_hash"}
        or not all(map(_text, each.values()))
    ]


def _metadata_errors(given: Any) -> list[FieldError]:
    if given is None:
        return []
    if not isinstance(given, dict) or len(given) > MAX_METADATA:
        message = f"This is an object of at most {MAX_METADATA} texts."
        return [FieldError("/metadata", "type", message)]
    return [
        FieldError(f"/metadata/{name[:60]}", "type", f"A text of 1 to {MAX_TEXT} characters.")
        for name, text in given.items()
        if not _text(name) or not _text(text)
    ]


def _text(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= MAX_TEXT and "\x00" not in value


def _json(name: str, text: Any) -> Any:
    try:
        return json.loads(str(text))
    except (ValueError, RecursionError) as error:
        raise ParseError(f"The part {name} is not JSON.") from error


def _received(parser_context: Mapping[str, Any] | None, stream: IO[bytes], name: str) -> Sent:
    """The view that asked for it closes it, whatever becomes of the request."""
    sent = Sent(stream, name)
    (parser_context or {})["view"].received.append(sent)
    return sent
