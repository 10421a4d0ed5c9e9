"""The first hour on the desk: send a file, look at its columns, publish, import, decide."""

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from events.actor import Actor
from scoring.enums import DraftStatus, UploadStatus
from scoring.imports.draft_rows import draft_row
from scoring.models import DictionaryDraft, LoanUpload, Product
from scoring.services.drafts import columns_of, documents_of
from scoring.services.uploads import upload_import_execute, upload_profile, upload_receive
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_accounts import Hire
from tests.desk.conftest import SignIn
from tests.ml.ugly import ugly_rows
from underwriting.enums import PolicyStatus
from underwriting.models import PolicyVersion

ROWS = 400


@pytest.fixture(scope="module")
def ugly() -> bytes:
    lines = [";".join(cell.replace("\n", " ").replace(";", ",") for cell in row)
             for row in ugly_rows(ROWS, 18)]  # fmt: skip
    return "\n".join(lines).encode("latin-1")


@pytest.fixture
def rita(hanse: Organization, hire: Hire) -> User:
    """Analyses Hanse's risk: drafts, trains, writes policies."""
    return hire(hanse, "Rita", Role.RISK_ANALYST)


@pytest.fixture
def desk(rita: User, sign_in: SignIn) -> Client:
    return sign_in(rita)


@pytest.fixture
def draft(hanse: Organization, rita: User, ugly: bytes) -> DictionaryDraft:
    made = upload_receive(
        organization_id=hanse.id, actor=Actor.user(str(rita.pk)), stream=io.BytesIO(ugly),
        name="loans.csv", product_slug="consumo", product_names={"de": "Konsum", "en": "Loan"},
        currency="EUR", background=False,
    )  # fmt: skip
    upload_profile(organization_id=hanse.id, upload_id=made.upload_id)
    return fresh(made)


def fresh(draft: DictionaryDraft) -> DictionaryDraft:
    with enter(draft.organization_id, read_only=True):
        return DictionaryDraft.objects.select_related("upload").get(id=draft.id)


def at(draft: DictionaryDraft, place: str = "change") -> str:
    return f"/admin/scoring/dictionarydraft/{draft.id}/{place}/"


def sent(draft: DictionaryDraft, header: str, **changed: str) -> dict[str, str]:
    """What the grid's form sends for one row."""
    column = next(c for c in columns_of(draft) if c.header == header)
    row = draft_row(documents_of(draft), column)
    given = {**row.given, "seen": row.seen, **changed}
    return {f"r{column.place}.{name}": text for name, text in given.items()}


def place_of(draft: DictionaryDraft, header: str) -> int:
    return next(c.place for c in columns_of(draft) if c.header == header)


def test_a_file_is_sent_from_a_page(desk: Client, hanse: Organization, ugly: bytes) -> None:
    assert b"Send a file" in desk.get("/admin/scoring/dictionarydraft/").content
    answer = desk.post("/admin/scoring/dictionarydraft/new/", {
        "file": SimpleUploadedFile("old loans.csv", ugly), "product_name": "Kredit",
        "product_slug": "kredit", "currency": "eur", "target": "", "bad": "",
    })  # fmt: skip
    with enter(hanse.id, read_only=True):
        draft = DictionaryDraft.objects.select_related("upload").get()
    assert answer.url == at(draft)
    assert (draft.product_names["de"], draft.currency) == ("Kredit", "EUR")
    assert draft.upload.status == UploadStatus.WAITING
    assert b"Waiting for a worker" in desk.get(at(draft, "progress")).content


def test_a_file_above_the_limit_is_named(desk: Client, hanse: Organization, settings: Any) -> None:
    settings.ASSAY_UPLOAD_MAX_BYTES = 1 << 20
    answer = desk.post("/admin/scoring/dictionarydraft/new/", {
        "file": SimpleUploadedFile("big.csv", b"a,b\n" * (1 << 19)), "product_name": "K",
        "product_slug": "k", "currency": "EUR", "target": "", "bad": "",
    })  # fmt: skip
    assert b"larger than 1 MiB" in answer.content
    with enter(hanse.id, read_only=True):
        assert not LoanUpload.objects.exists()


def test_every_column_is_shown_with_what_was_found(desk: Client, draft: DictionaryDraft) -> None:
    page = desk.get(at(draft)).content.decode()
    assert page.count('class="draft-row') == 18
    assert "Días de Mora" in page
    assert "known only after the decision" in page
    assert "unsafe" not in page
    assert not re.search(r"<script(?![^>]*src=)(?![^>]*json)|\son\w+=|\sstyle=", page)


def test_a_row_saves_by_itself(desk: Client, draft: DictionaryDraft) -> None:
    place = place_of(draft, "Ingreso Mensual")
    form = sent(draft, "Ingreso Mensual", max="77000")
    answer = desk.post(at(draft, f"rows/{place}"), form, headers={"HX-Request": "true"})
    assert b"Saved." in answer.content
    assert documents_of(fresh(draft)).field_named("ingreso_mensual")["max"] == "77000"


def test_the_whole_grid_saves_as_one_form(desk: Client, draft: DictionaryDraft) -> None:
    form = sent(draft, "Ingreso Mensual", max="77000") | sent(draft, "Sexo")
    form |= sent(draft, "Código Postal", use="ignore")
    answer = desk.post(at(draft, "rows"), form)
    assert answer.status_code == 302
    documents = documents_of(fresh(draft))
    assert documents.field_named("ingreso_mensual")["max"] == "77000"
    assert "Código Postal" in documents.mapping["ignore"]
    assert fresh(draft).revision == draft.revision + 1


def test_what_is_wrong_stands_at_its_input_with_what_was_typed(
    desk: Client, draft: DictionaryDraft
) -> None:
    form = sent(draft, "Ingreso Mensual", min="900", max="5")
    answer = desk.post(at(draft, "rows"), form)
    page = answer.content.decode()
    place = place_of(draft, "Ingreso Mensual")
    assert answer.status_code == 422
    assert f'id="r{place}-min-error"' in page
    assert 'value="900"' in page
    assert fresh(draft).revision == draft.revision


def test_another_analysts_change_is_not_overwritten_unseen(
    desk: Client, draft: DictionaryDraft
) -> None:
    place = place_of(draft, "Ingreso Mensual")
    first = sent(draft, "Ingreso Mensual", max="77000")
    late = sent(draft, "Ingreso Mensual", max="66000")
    desk.post(at(draft, "rows"), first)
    answer = desk.post(at(draft, f"rows/{place}"), late)
    assert b"somebody has changed this row" in answer.content
    assert documents_of(fresh(draft)).field_named("ingreso_mensual")["max"] == "77000"


def test_the_next_step_is_marked_until_the_policy_is_published(
    desk: Client, draft: DictionaryDraft, hanse: Organization, hire: Hire, sign_in: SignIn
) -> None:
    assert "publish" in step(desk, draft)
    desk.post(at(draft, "publish"), {"revision": draft.revision})
    assert fresh(draft).status == DraftStatus.PUBLISHED
    assert "Import" in step(desk, draft)
    desk.post(at(draft, "import"))
    upload_import_execute(organization_id=hanse.id, upload_id=draft.upload_id)
    assert "tournament" in step(desk, draft)
    with enter(hanse.id, read_only=True):
        product = Product.objects.get(slug="consumo")
    first = f"/admin/underwriting/policyversion/first/{product.id}/"
    assert "cut_off" in desk.get(first).content.decode()
    answer = desk.post(first, {"cut_off": "12.5", "rate": "19"})
    policy = answer.url
    ada = sign_in(hire(hanse, "Ada", Role.APPROVER))
    assert b"Publish this policy" in ada.get(policy).content
    assert b"Publish this policy" not in desk.get(policy).content
    with enter(hanse.id, read_only=True):
        version = PolicyVersion.objects.get()
    ada.post(f"/admin/underwriting/policyversion/{version.id}/publish/")
    with enter(hanse.id, read_only=True):
        assert PolicyVersion.objects.get().status == PolicyStatus.PUBLISHED


def step(desk: Client, draft: DictionaryDraft) -> str:
    """The words of the next step."""
    page = desk.get(at(draft)).content.decode()
    found = re.search(r'aria-current="step">.*?<strong>(.*?)</strong>', page, re.DOTALL)
    assert found
    return found[1]


def test_publishing_what_somebody_changed_meanwhile_is_refused(
    desk: Client, draft: DictionaryDraft
) -> None:
    desk.post(at(draft, "rows"), sent(draft, "Código Postal", use="ignore"))
    answer = desk.post(at(draft, "publish"), {"revision": draft.revision})
    assert answer.status_code == 422
    assert fresh(draft).status == DraftStatus.OPEN


def test_terms_are_saved_and_refused_in_words(desk: Client, draft: DictionaryDraft) -> None:
    form = {
        "revision": draft.revision, "amount_field": "importe_solicitado", "amount_min": "500",
        "amount_max": "9000", "term_field": "plazo_meses", "terms": "twelve",
    }  # fmt: skip
    assert b"whole months" in desk.post(at(draft, "terms"), form).content
    assert desk.post(at(draft, "terms"), {**form, "terms": "6 12"}).status_code == 302
    assert fresh(draft).terms["term"]["values"] == [6, 12]


def test_a_failed_file_says_why_and_offers_another_try(
    desk: Client, hanse: Organization, rita: User
) -> None:
    made = upload_receive(
        organization_id=hanse.id, actor=Actor.user(str(rita.pk)), stream=io.BytesIO(b"a,b\n1,2\n"),
        name="x.csv", product_slug="k", product_names={"de": "K"}, currency="EUR",
        target="bad", background=False,
    )  # fmt: skip
    upload_profile(organization_id=hanse.id, upload_id=made.upload_id)
    page = desk.get(at(made)).content.decode()
    assert "has no column" in page
    assert "Read it again" in page
    assert desk.post(at(made, "retry"), {"target": "b", "bad": "2"}).status_code == 302
    assert fresh(made).target == "b"


def test_an_underwriter_sees_no_drafts_and_changes_none(
    draft: DictionaryDraft, hanse: Organization, hire: Hire, sign_in: SignIn
) -> None:
    uma = sign_in(hire(hanse, "Uma", Role.UNDERWRITER))
    assert uma.get(at(draft)).status_code == 403
    for place in ("rows", "publish", "import", "discard", "terms", "cancel"):
        assert uma.post(at(draft, place), {"revision": 1}).status_code == 403
    assert uma.get("/admin/scoring/dictionarydraft/new/").status_code == 403


def test_another_lenders_draft_is_not_there(
    draft: DictionaryDraft, aurora: Organization, hire: Hire, sign_in: SignIn
) -> None:
    other = sign_in(hire(aurora, "Raul", Role.RISK_ANALYST))
    assert other.get(at(draft)).status_code == 404
    assert other.post(at(draft, "rows"), {}).status_code == 404
    assert other.post(at(draft, "import")).status_code == 404
