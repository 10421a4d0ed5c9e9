"""Examples of what is no JSON document: forms and files of lines. Bytes have none."""

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]

MULTIPART = "multipart/form-data"
FORM = "application/x-www-form-urlencoded"
LINES = "application/x-ndjson"
BYTES = ("application/octet-stream", "application/vnd.apache.parquet", "image/*", "application/pdf")
BATCH = {"product": "personal-loan", "file": "(the file)", "language": "en"}
CLIENT = {
    "client_id": "key_019aa75ad2a47f5e8f3d6b1c2e4f5a60",
    "client_secret": "(the key's secret)",
}
APPLICATION = "app_019aa75ad2a47f5e8f3d6b1c2e4f5a60"
EXAMPLES: dict[tuple[str, str], Any] = {
    ("batches_create", MULTIPART): BATCH,
    ("uploads_create", MULTIPART): {"file": "(the file)", "product": "personal-loan"},
    ("documents_attach", MULTIPART): {"file": "(the file)", "kind": "payslip"},
    ("oauth_token", FORM): {"grant_type": "client_credentials", **CLIENT},
    ("oauth_revoke", FORM): {"token": "(the token)", **CLIENT},
    ("batches_errors", LINES): (
        '{"row":17,"pointer":"/applicant/facts/monthly_income","code":"required",'
        '"message":"This is required."}\n'
    ),
    ("batches_results", LINES): (
        f'{{"row":1,"external_id":"A-1001","application":"{APPLICATION}","status":"approved",'
        '"outcome":"approve"}\n'
    ),
    ("products_batch_template", LINES): (
        '{"external_id":"A-1001","request":{"amount":"3000.00","term_months":24},"applicant":{}}\n'
    ),
    ("events_export", LINES): '{"sequence":1,"type":"application.submitted"}\n',
}


def exemplified(operation: Document) -> None:
    """Give every form and file of lines that has no example its own."""
    for kind, content in _contents(operation):
        value = EXAMPLES.get((operation["operationId"], kind))
        if value is not None and "examples" not in content:
            content["examples"] = {"example": {"value": value}}


def files_as_bytes(operation: Document, schemas: Document) -> None:
    """Say of a form's file that it is one: the generator takes it for an address, as in answers."""
    form = operation.get("requestBody", {}).get("content", {}).get(MULTIPART)
    if form is not None and "$ref" in form["schema"]:
        members = schemas[form["schema"]["$ref"].rpartition("/")[2]]["properties"]
        for about in members.values():
            if about.get("format") == "uri":
                del about["format"]
                about["contentMediaType"] = "application/octet-stream"


def _contents(operation: Document) -> Iterator[tuple[str, Document]]:
    yield from operation.get("requestBody", {}).get("content", {}).items()
    for response in operation["responses"].values():
        yield from response.get("content", {}).items()
