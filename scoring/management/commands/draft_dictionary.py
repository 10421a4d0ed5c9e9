"""manage.py draft_dictionary FILE --organization nueva-caja --product consumo --target incumplio"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.actor import SYSTEM
from ml.profiling import ColumnProfile, Finding
from scoring.enums import UploadStatus
from scoring.models import DictionaryDraft
from scoring.selectors.intake import draft_by_id
from scoring.selectors.products import product_by_slug
from scoring.services.drafts import columns_of, documents_of, draft_publish
from scoring.services.uploads import upload_profile, upload_receive
from tenancy.enter import enter
from tenancy.errors import DomainError, Invalid, NotFound
from tenancy.selectors import organization_by_slug, organization_current

SIGNS = {"bad": "!!", "warn": " !", "info": "  "}
WIDTHS = (30, 22, 9, 16, 22)


class Command(BaseCommand):
    help = (
        "Draft a data dictionary from a file of past loans nobody prepared: types, ranges, special"
        " codes, prohibited bases, fields known too late, direction of risk. The draft is kept for"
        " the desk; --publish publishes it as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--organization", required=True, help="the organization's slug")
        parser.add_argument("--product", required=True, help="the product's slug; made if new")
        parser.add_argument("--target", default="", help="the outcome's column; looked for if not")
        parser.add_argument("--bad", action="append", default=[], help="what it says of a bad loan")
        parser.add_argument("--name", help="the product's name; the slug if not given")
        parser.add_argument("--currency", help="three letters; a known product's own")
        parser.add_argument("--publish", action="store_true", help="publish dictionary and product")
        parser.add_argument("--out", type=Path, help="write dictionary, mapping and product there")

    def handle(self, *args: Any, **options: Any) -> None:
        organization_id = organization_by_slug(options["organization"]).id
        try:
            draft = self._drafted(organization_id, options)
            self._table(draft)
            if options["out"]:
                self._written(draft, options["out"])
            self.stdout.write(f"draft {draft.id} is kept; look at it on the desk under Drafts")
            if options["publish"]:
                version = draft_publish(
                    organization_id=organization_id,
                    actor=SYSTEM,
                    draft_id=draft.id,
                    revision=draft.revision,
                )
                self.stdout.write(f"published: dictionary {version.number}")
        except Invalid as error:
            raise CommandError("\n".join(each.message for each in error.errors)) from error
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error

    def _drafted(self, organization_id: Any, options: dict[str, Any]) -> DictionaryDraft:
        with options["file"].open("rb") as stream:
            draft = upload_receive(
                organization_id=organization_id,
                actor=SYSTEM,
                stream=stream,
                name=options["file"].name,
                product_slug=options["product"],
                target=options["target"],
                bad=options["bad"],
                background=False,
                **_product(organization_id, options),
            )
        upload = None
        if draft.upload_id is not None:
            upload = upload_profile(organization_id=organization_id, upload_id=draft.upload_id)
        if upload is None or upload.status != UploadStatus.READY:
            raise CommandError(upload.error if upload else "somebody else reads the file")
        with enter(organization_id, read_only=True):
            return draft_by_id(organization_id, draft.id)

    def _table(self, draft: DictionaryDraft) -> None:
        for each in draft.profile["findings"]:
            self.stdout.write(f"{SIGNS[each['severity']]} {Finding.of(each).sentence()}")
        documents = documents_of(draft)
        heads = ("column", "field", "type", "use", "range or values")
        self.stdout.write(_line(heads))
        for column in columns_of(draft):
            self.stdout.write(_line(_cells(column, documents.mapping["columns"])))
            for finding in column.findings:
                self.stdout.write(f"   {SIGNS[finding.severity]} {finding.sentence()}")

    def _written(self, draft: DictionaryDraft, out: Path) -> None:
        document = {
            "dictionary": json.loads(draft.document),
            "mapping": json.loads(draft.mapping),
            "product": draft.terms,
        }
        out.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
        self.stdout.write(f"written: {out}")


def _product(organization_id: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Name and currency: a known product's own, else as given."""
    try:
        with enter(organization_id, read_only=True):
            known = product_by_slug(organization_id, options["product"])
        return {"product_names": known.names, "currency": options["currency"] or known.currency}
    except NotFound:
        if not options["currency"]:
            raise CommandError("give --currency: the product is new") from None
        name = options["name"] or options["product"]
        with enter(organization_id, read_only=True):
            languages = organization_languages()
        return {"product_names": dict.fromkeys(languages, name), "currency": options["currency"]}


def organization_languages() -> list[str]:
    """The lender's languages, inside `enter`."""
    return list(organization_current().languages)


def _cells(column: ColumnProfile, fields: dict[str, str]) -> tuple[str, ...]:
    extent = f"{len(column.values)} values" if column.values else ""
    if column.low is not None or column.high is not None:
        extent = f"{column.low or ''} to {column.high or ''}"
    use = column.role if column.role != "field" else _use(column)
    return (column.source, fields.get(column.source, "-"), column.type, use, extent)


def _use(column: ColumnProfile) -> str:
    if column.basis:
        return f"apart: {column.basis}"
    if column.late:
        return "known too late"
    return {"higher": "model, risk up", "lower": "model, risk down"}.get(column.risk or "", "model")


def _line(cells: tuple[str, ...]) -> str:
    shown = (cell[:width].ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    return " ".join(shown).rstrip()
