"""From a file nobody prepared to past loans that models can learn from, without code."""

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from events.actor import Actor
from ml.dictionary import Dictionary
from scoring.enums import DraftStatus, UploadStatus
from scoring.imports.draft_rows import draft_row
from scoring.models import (
    Dataset,
    DictionaryDraft,
    DictionaryVersion,
    LoanUpload,
    LoanUploadPart,
    PastApplication,
    PastApplicationProtected,
    Product,
    ProductVersion,
)
from scoring.selectors.intake import draft_by_id, rejected_rows, standing_of
from scoring.services.drafts import (
    columns_of,
    documents_of,
    draft_discard,
    draft_publish,
    draft_rows_save,
    draft_terms_save,
)
from scoring.services.uploads import (
    upload_cancel,
    upload_import,
    upload_import_execute,
    upload_profile,
    upload_receive,
    upload_recover,
    upload_retry,
)
from tenancy.enter import enter
from tenancy.errors import Conflict, Invalid
from tenancy.models import Organization
from tests.cast_scoring import ANALYST
from tests.ml.ugly import ugly_rows

COLUMNS = 18
OTHER = Actor("user", "2")


def as_bytes(rows: list[list[str]], *, delimiter: str = ";", encoding: str = "latin-1") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


@pytest.fixture(scope="session")
def ugly() -> bytes:
    """500 rows in Latin-1 with semicolons and decimal commas, one of them broken."""
    rows = ugly_rows(500, COLUMNS)
    rows[17] = rows[17][:-2]
    return as_bytes(rows)


def sent(
    organization: Organization, body: bytes, name: str = "préstamos.csv", **more: Any
) -> DictionaryDraft:
    given = {"product_slug": "consumo", "product_names": {"de": "Konsum", "en": "Consumer"}}
    return upload_receive(
        organization_id=organization.id, actor=ANALYST, stream=io.BytesIO(body), name=name,
        **{"currency": "EUR", "background": False, **given, **more},
    )  # fmt: skip


def read(draft: DictionaryDraft) -> DictionaryDraft:
    """The draft after a worker has read its file."""
    assert draft.upload_id is not None
    upload_profile(organization_id=draft.organization_id, upload_id=draft.upload_id)
    return fresh(draft)


def fresh(draft: DictionaryDraft) -> DictionaryDraft:
    with enter(draft.organization_id, read_only=True):
        return draft_by_id(draft.organization_id, draft.id)


def upload_of(draft: DictionaryDraft) -> LoanUpload:
    found = fresh(draft).upload
    assert found is not None
    return found


def published(draft: DictionaryDraft) -> DictionaryDraft:
    draft_publish(
        organization_id=draft.organization_id, actor=ANALYST, draft_id=draft.id,
        revision=draft.revision,
    )  # fmt: skip
    return fresh(draft)


def imported(draft: DictionaryDraft) -> dict[str, Any]:
    of = {"organization_id": draft.organization_id, "upload_id": draft.upload_id}
    upload_import(**of, actor=ANALYST, background=False)
    upload_import_execute(**of)
    upload = upload_of(draft)
    assert upload.status == UploadStatus.IMPORTED, upload.error
    return upload.result


@pytest.fixture
def draft(hanse: Organization, ugly: bytes) -> DictionaryDraft:
    return read(sent(hanse, ugly))


def row(draft: DictionaryDraft, header: str) -> tuple[int, dict[str, str]]:
    """The place of a column, and what the form of its row would send."""
    column = next(c for c in columns_of(draft) if c.header == header)
    found = draft_row(documents_of(draft), column)
    return column.place, {**found.given, "seen": found.seen}


def save(
    draft: DictionaryDraft, rows: dict[int, dict[str, str]], actor: Actor = ANALYST
) -> DictionaryDraft:
    draft_rows_save(
        organization_id=draft.organization_id, actor=actor, draft_id=draft.id, rows=rows
    )
    return fresh(draft)


def test_the_very_file_that_was_profiled_imports(draft: DictionaryDraft) -> None:
    result = imported(published(draft))

    assert (result["read"], result["rejected"]) == (500, 1)
    assert result["imported"] == 499
    with enter(draft.organization_id, read_only=True):
        one = PastApplication.objects.get(external_ref="S-100000")
        apart = PastApplicationProtected.objects.get(past_application=one)
        assert Dataset.objects.get().bads == result["bads"] > 30
    line = ugly_rows(500, COLUMNS)[1]
    day, month, year = line[1].split("/")
    assert one.applied_on.isoformat() == f"{year}-{month}-{day}"
    amount = json.loads(one.request)["importe_solicitado"]
    assert f"{float(amount):,.2f}".translate(str.maketrans(",.", ".,")) == line[2]
    assert json.loads(apart.facts).keys() >= {"sexo", "estado_civil", "fecha_nacimiento"}
    assert "dias_de_mora" not in Dictionary.parse(draft.document).model_inputs()


def test_the_refused_row_is_handed_back_with_its_reason(draft: DictionaryDraft) -> None:
    imported(published(draft))
    with enter(draft.organization_id, read_only=True):
        body = gzip.decompress(rejected_rows(draft.organization_id, draft.upload_id))
    (found,) = csv.DictReader(io.StringIO(body.decode()))
    assert (found["row"], found["code"]) == ("17", "columns_differ")


def test_after_the_import_the_file_itself_is_gone(draft: DictionaryDraft) -> None:
    imported(published(draft))
    after = fresh(draft)
    with enter(draft.organization_id, read_only=True):
        assert not LoanUploadPart.objects.exists()
        standing = standing_of(after)
    assert (standing.loans, standing.training, standing.champion) == (True, None, False)


def test_a_file_is_kept_in_pieces_and_put_together(
    hanse: Organization, ugly: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.services.uploads.PART_BYTES", 3_001)
    found = sent(hanse, gzip.compress(ugly), name="loans.csv")
    with enter(hanse.id, read_only=True):
        assert LoanUploadPart.objects.count() > 3
    draft = read(found)
    assert upload_of(draft).rows == 500
    assert imported(published(draft))["imported"] == 499


def test_a_file_above_the_limit_leaves_nothing(hanse: Organization, settings: Any) -> None:
    settings.ASSAY_UPLOAD_MAX_BYTES = 1 << 20
    with pytest.raises(Invalid, match="larger than 1 MiB"):
        sent(hanse, b"a,b\n" * (1 << 19))
    with enter(hanse.id, read_only=True):
        assert not LoanUpload.objects.exists()
        assert not LoanUploadPart.objects.exists()


@pytest.mark.parametrize(
    ("body", "asked", "words"),
    [
        (b"ref,age,bad\n", {}, "a header and no rows"),
        (b"\x00\x01\x02\x03" * 500, {}, "binary"),
        (b"PK\x03\x04" + b"x" * 100, {}, "save the sheet as CSV"),
        (b"bad\n1\n0\n1\n", {}, "one column only"),
        (b"x,y\n1,2\n3,4\n5,6\n", {"target": "bad"}, "no column 'bad'; it has x, y"),
        (b"x,bad\n1,0\n3,0\n5,0\n", {}, "no column looks like the outcome"),
        (b"x,bad\n1,0\n3,0\n", {"target": "bad"}, "every row says '0'"),
        (b"x,bad\n1,0\n3,1\n", {"target": "bad", "bad": ["yes"]}, "no row of 'bad' says yes"),
        (b"1,2,3\n4,5,6\n7,8,9\n", {}, "the first row is data"),
        (b"x,y,bad\n1,2\n3,4\n", {"target": "bad"}, "no row has as many values"),
        (b"\x1f\x8b\x08broken", {}, "compressed file is broken"),
    ],
)  # fmt: skip
def test_bad_files_are_named_in_a_sentence(
    hanse: Organization, body: bytes, asked: dict[str, Any], words: str
) -> None:
    found = read(sent(hanse, body, **asked))
    upload = upload_of(found)
    assert upload.status == UploadStatus.FAILED
    assert words in upload.error
    assert found.document == ""


def test_an_empty_file_is_refused_at_the_door(hanse: Organization) -> None:
    with pytest.raises(Invalid, match="empty"):
        sent(hanse, b"")


def test_a_failed_file_is_read_again_with_another_outcome(hanse: Organization) -> None:
    rows = [["a", "kaputt"], *([str(i % 7), "01"[i % 5 == 0]] for i in range(300))]
    found = read(sent(hanse, as_bytes(rows), target="bad"))
    upload_retry(
        organization_id=hanse.id, actor=ANALYST, upload_id=found.upload_id, target="kaputt",
        bad=["1"],
    )  # fmt: skip
    again = read(found)
    assert upload_of(again).status == UploadStatus.READY
    assert again.profile["outcome"]["counts"] == {"good": 240, "bad": 60}


def test_reading_stops_when_somebody_says_so(hanse: Organization, ugly: bytes) -> None:
    found = sent(hanse, ugly)
    upload_cancel(organization_id=hanse.id, actor=ANALYST, upload_id=found.upload_id)
    read(found)
    upload = upload_of(found)
    assert (upload.status, upload.error) == (UploadStatus.FAILED, "stopped")


def test_a_reading_whose_worker_was_lost_is_taken_up_again(
    hanse: Organization, ugly: bytes
) -> None:
    found = sent(hanse, ugly)
    with enter(hanse.id):
        LoanUpload.objects.update(status=UploadStatus.READING)
    assert upload_profile(organization_id=hanse.id, upload_id=found.upload_id) is None
    upload_recover(organization_id=hanse.id, upload_id=found.upload_id)
    assert upload_of(found).status == UploadStatus.READING  # heard of a moment ago
    with enter(hanse.id):
        LoanUpload.objects.update(changed_at="2020-01-01T00:00:00Z")
    upload_recover(organization_id=hanse.id, upload_id=found.upload_id)
    assert upload_of(found).status in (UploadStatus.WAITING, UploadStatus.READY)


def test_two_analysts_change_different_rows(draft: DictionaryDraft) -> None:
    income, income_row = row(draft, "Ingreso Mensual")
    post, post_row = row(draft, "Código Postal")
    save(draft, {income: {**income_row, "max": "90000"}})
    after = save(draft, {post: {**post_row, "use": "ignore"}}, actor=OTHER)
    document = documents_of(after)
    assert document.field_named("ingreso_mensual")["max"] == "90000"
    assert document.field_named("codigo_postal") is None
    assert after.revision == draft.revision + 2


def test_two_analysts_cannot_overwrite_each_others_row(draft: DictionaryDraft) -> None:
    place, before = row(draft, "Ingreso Mensual")
    save(draft, {place: {**before, "max": "90000"}})
    with pytest.raises(Conflict) as refused:
        save(draft, {place: {**before, "max": "70000"}}, actor=OTHER)
    assert refused.value.code == "row_changed"
    assert documents_of(fresh(draft)).field_named("ingreso_mensual")["max"] == "90000"


@pytest.mark.parametrize(
    ("header", "changed", "pointer"),
    [
        ("Ingreso Mensual", {"min": "100", "max": "50"}, "/min"),
        ("Ingreso Mensual", {"name": "Sexo!"}, "/name"),
        ("Ingreso Mensual", {"name": "sexo"}, "/name"),
        ("Ingreso Mensual", {"label-de": " "}, "/label"),
        ("Sexo", {"use": "model"}, "/use"),
        ("Días de Mora", {"use": "policy"}, "/use"),
        ("Variable 1", {"scale": "x"}, "/scale"),
        ("Situación Vivienda", {"values": ""}, "/values"),
        ("Variable 1", {"use": "applied_on"}, "/use"),
    ],
)
def test_a_wrong_row_is_refused_at_its_field(
    draft: DictionaryDraft, header: str, changed: dict[str, str], pointer: str
) -> None:
    place, given = row(draft, header)
    with pytest.raises(Invalid) as refused:
        save(draft, {place: {**given, **changed}})
    assert f"/{place}{pointer}" in [error.pointer for error in refused.value.errors]
    assert fresh(draft).revision == draft.revision


def test_a_row_comes_back_from_being_left_out(draft: DictionaryDraft) -> None:
    place, given = row(draft, "Consultas Buró")
    out = save(draft, {place: {**given, "use": "ignore"}})
    assert "Consultas Buró" in documents_of(out).mapping["ignore"]
    place, given = row(out, "Consultas Buró")
    back = save(out, {place: {**given, "use": "model"}})
    field = documents_of(back).field_named("consultas_buro")
    assert field["special"] == {"98": "not known (98)"}
    assert field["uses"] == ["model", "policy"]


def test_what_is_lent_follows_a_field_to_its_new_name(draft: DictionaryDraft) -> None:
    place, given = row(draft, "Importe Solicitado")
    after = save(draft, {place: {**given, "name": "amount"}})
    assert after.terms["amount"]["field"] == "amount"
    assert published(after).status == DraftStatus.PUBLISHED


def test_terms_say_what_is_lent(draft: DictionaryDraft) -> None:
    given: dict[str, Any] = {
        "organization_id": draft.organization_id, "actor": ANALYST, "draft_id": draft.id,
        "revision": draft.revision, "amount_field": "importe_solicitado",
        "amount_min": 500, "amount_max": 9_000, "term_field": "plazo_meses",
    }  # fmt: skip
    with pytest.raises(Invalid, match="whole months"):
        draft_terms_save(**given, terms="six")
    saved = draft_terms_save(**given, terms="12, 6 24")
    assert saved.terms["term"] == {"field": "plazo_meses", "values": [6, 12, 24]}
    with pytest.raises(Conflict):
        draft_terms_save(**given, terms="12")


def test_publishing_an_old_revision_publishes_nothing(draft: DictionaryDraft) -> None:
    place, given = row(draft, "Código Postal")
    save(draft, {place: {**given, "use": "ignore"}})
    with pytest.raises(Conflict):
        published(draft)
    with enter(draft.organization_id, read_only=True):
        assert not Product.objects.exists()
        assert not DictionaryVersion.objects.exists()


def test_publishing_again_after_a_break_goes_on(draft: DictionaryDraft) -> None:
    published(draft)
    with enter(draft.organization_id):
        DictionaryDraft.objects.update(status=DraftStatus.OPEN, dictionary_version=None)
        draft.revision = DictionaryDraft.objects.get().revision
    published(draft)
    with enter(draft.organization_id, read_only=True):
        assert DictionaryVersion.objects.count() == ProductVersion.objects.count() == 1


def test_a_product_with_a_model_in_charge_is_left_alone(
    personal_loan: Product, hanse: Organization, ugly: bytes
) -> None:
    found = read(sent(hanse, ugly, product_slug="personal-loan"))
    with pytest.raises(Conflict, match="model in charge"):
        published(found)


def test_nothing_is_imported_before_it_is_published(draft: DictionaryDraft) -> None:
    with pytest.raises(Conflict, match="publish"):
        upload_import(
            organization_id=draft.organization_id, actor=ANALYST, upload_id=draft.upload_id
        )


def test_a_discarded_draft_keeps_no_file(draft: DictionaryDraft) -> None:
    draft_discard(organization_id=draft.organization_id, actor=ANALYST, draft_id=draft.id)
    with enter(draft.organization_id, read_only=True):
        assert not LoanUploadPart.objects.exists()
    with pytest.raises(Conflict):
        published(draft)


def test_another_lender_sees_no_draft(draft: DictionaryDraft, aurora: Organization) -> None:
    with enter(aurora.id, read_only=True):
        assert not DictionaryDraft.objects.exists()
        assert not LoanUploadPart.objects.exists()


def test_the_command_drafts_publishes_and_says_what_it_found(
    hanse: Organization, ugly: bytes, tmp_path: Path
) -> None:
    file, out, said = tmp_path / "loans.csv", tmp_path / "draft.json", io.StringIO()
    file.write_bytes(ugly)
    call_command(
        "draft_dictionary", str(file), organization="hanse-kredit", product="consumo",
        target="Incumplió", currency="EUR", publish=True, out=out, stdout=said,
    )  # fmt: skip
    assert "prohibited basis" in said.getvalue()
    assert "published: dictionary 1" in said.getvalue()
    Dictionary.parse(json.loads(out.read_text())["dictionary"])
    with pytest.raises(CommandError, match="no column 'nada'"):
        call_command(
            "draft_dictionary", str(file), organization="hanse-kredit", product="consumo",
            target="nada", stdout=said,
        )  # fmt: skip
