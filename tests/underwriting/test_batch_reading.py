"""Files of applications as they come: every dialect read, every fault named, nothing guessed."""

import gzip
import io
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from ml.dictionary import Dictionary
from tenancy.errors import Invalid
from tests.bodies import GOOD_FACTS, identity
from tests.cast_scoring import demo_document
from underwriting.imports.batch_cells import Cut
from underwriting.imports.batch_columns import contract_of
from underwriting.imports.batch_files import Limits, batch_table
from underwriting.submission import Terms

LIMITS = Limits(rows=1_000, chunk_rows=4, unpacked=64 << 20)
REQUEST = {"amount": "2000.00", "term_months": 12, "purpose": "furniture", "other_debtors": "none"}


def body(number: int = 1, **request: Any) -> dict[str, Any]:
    applicant = {"identity": identity(number=number), "facts": dict(GOOD_FACTS)}
    return {
        "external_id": f"crm-{number}",
        "request": {**REQUEST, **request},
        "applicant": applicant,
    }


def flat(body: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in body.items():
        if isinstance(value, dict):
            found |= flat(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = str(value).lower() if isinstance(value, bool) else value
    return found


ROW = flat(body())
NAMES = list(ROW)


def csv_of(rows: Iterable[dict[str, Any]], mark: str = ",", names: list[str] = NAMES) -> str:
    lines = [mark.join(names)]
    lines += [mark.join(str(row.get(name, "")) for name in names) for row in rows]
    return "\n".join(lines) + "\n"


def rows(count: int) -> list[dict[str, Any]]:
    return [flat(body(number)) for number in range(1, count + 1)]


@pytest.fixture(scope="module")
def terms() -> Terms:
    dictionary = Dictionary.parse(json.dumps(demo_document("hanse_kredit", "dictionary")))
    product = demo_document("hanse_kredit", "product")
    return Terms(dictionary, product, 2, 18, ("credit_decision",), ("de", "en"), date(2026, 11, 21))


@pytest.fixture
def read(terms: Terms) -> Any:
    def opened(data: bytes, limits: Limits = LIMITS, **options: Any) -> list[Cut]:
        contract = contract_of(terms, "en")
        pieces = (data[i : i + 1000] for i in range(0, len(data), 1000))
        with batch_table(pieces, contract, "personal-loan", limits) as table:
            table.check()
            return list(table.cuts(limits, **options))

    return opened


def values(cuts: list[Cut], name: str) -> list[Any]:
    return [value for cut in cuts if cut.table for value in cut.table[name].to_pylist()]


def unread(cuts: list[Cut]) -> list[tuple[int, str, str]]:
    return [(each.row, each.pointer, each.code) for cut in cuts for each in cut.unread]


def spanned(cuts: list[Cut]) -> list[tuple[int, int]]:
    return [(cut.first, cut.last) for cut in cuts]


def test_rows_come_in_chunks_with_their_numbers(read: Any) -> None:
    cuts = read(csv_of(rows(10)).encode())
    assert spanned(cuts) == [(1, 4), (5, 8), (9, 10)]
    assert values(cuts, "row") == list(range(1, 11))
    assert values(cuts, "external_id")[9] == "crm-10"
    assert values(cuts, "applicant.facts.telephone")[0] == "true"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_every_dialect_is_read(read: Any, encoding: str, mark: str) -> None:
    named = [{**row, "applicant.identity.family_name": "Müßig"} for row in rows(6)]
    cuts = read(csv_of(named, mark).encode(encoding))
    assert values(cuts, "applicant.identity.family_name") == ["Müßig"] * 6


def test_an_umlaut_far_behind_still_says_the_encoding(read: Any) -> None:
    named = rows(30)
    named[-1] = {**named[-1], "applicant.identity.family_name": "Müßig"}
    padded = csv_of(named).replace("\n", " " * 60_000 + "\n").encode("cp1252")
    assert len(padded) > 1 << 20
    cuts = read(padded)
    assert values(cuts, "applicant.identity.family_name")[-1] == "Müßig"


def test_a_packed_file_is_read_and_a_broken_one_told(read: Any) -> None:
    packed = gzip.compress(csv_of(rows(5)).encode())
    assert len(values(read(packed), "row")) == 5
    with pytest.raises(Invalid) as caught:
        read(packed[:-20])
    assert caught.value.errors[0].code == "broken_gzip"


def test_what_a_file_blows_up_to_is_bounded(read: Any) -> None:
    bomb = gzip.compress(csv_of(rows(2)).encode() + b" " * (3 << 20))
    with pytest.raises(Invalid) as caught:
        read(bomb, Limits(1_000, 4, 1 << 20))
    assert caught.value.errors[0].code == "too_large_unpacked"


def test_a_row_with_other_values_than_the_header_is_refused_alone(read: Any) -> None:
    lines = csv_of(rows(9)).splitlines()
    lines[2] += ",more"
    lines[6] = "only,two"
    lines.insert(4, "")
    cuts = read("\n".join(lines).encode())
    assert unread(cuts) == [(2, "", "columns_differ"), (6, "", "columns_differ")]
    assert values(cuts, "external_id") == [f"crm-{n}" for n in (1, 3, 4, 5, 7, 8, 9)]
    assert values(cuts, "row") == [1, 3, 4, 5, 7, 8, 9]


def test_a_file_of_broken_rows_alone_is_all_refused(read: Any) -> None:
    cuts = read((",".join(NAMES) + "\n" + "a,b\n" * 11).encode())
    assert [row for row, _, _ in unread(cuts)] == list(range(1, 12))
    assert spanned(cuts) == [(1, 4), (5, 8), (9, 11)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"   \n\n", "empty"),
        (",".join(NAMES).encode(), "no_rows"),
        (b"%PDF-1.7 and so on", "not_a_table"),
        (b"PK\x03\x04 a spreadsheet", "not_a_table"),
        (bytes(range(256)) * 50, "not_a_table"),
        (b"PAR1 but no more", "not_parquet"),
        (b"hello\nworld\n", "column_unknown"),
    ],
)
def test_what_is_no_file_of_applications_is_refused(read: Any, data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(data)
    assert caught.value.errors[0].code == code
    assert caught.value.errors[0].message


def test_every_wrong_column_is_named(read: Any) -> None:
    names = [*NAMES, "request.amuont", "applicant.facts.sex", "external_id", "metadata.shop"]
    names.remove("applicant.identity.email")
    with pytest.raises(Invalid) as caught:
        read(csv_of(rows(1), names=names).encode())
    found = {(error.pointer, error.code) for error in caught.value.errors}
    assert found == {
        ("/file/columns/external_id", "column_twice"),
        ("/file/columns/request.amuont", "column_unknown"),
        ("/file/columns/applicant.facts.sex", "column_unknown"),
        ("/file/columns/applicant.identity.email", "column_missing"),
    }
    assert any("request.amount?" in error.message for error in caught.value.errors)


def test_a_line_without_an_end_costs_a_block_not_memory(read: Any) -> None:
    endless = csv_of(rows(2)).encode() + b'3,"' + b"x" * (17 << 20)
    with pytest.raises(Invalid) as caught:
        read(endless)
    assert caught.value.errors[0].pointer == "/file/rows/3"


def test_bytes_of_another_encoding_are_named_by_their_row(read: Any) -> None:
    with pytest.raises(Invalid) as caught:
        read(b"\xef\xbb\xbf" + csv_of(rows(6)).encode().replace(b"crm-5", b"crm-\xff"))
    assert (caught.value.errors[0].pointer, caught.value.errors[0].code) == (
        "/file/rows/5",
        "encoding",
    )


def test_commas_are_read_where_they_are_said_and_doubt_is_told(read: Any) -> None:
    amounts = ["2.000,50", "2000,5", "-1.234.567,00", "2000.50", "abc", ""]
    income = {f"applicant.facts.monthly_{name}": "150,00" for name in ("income", "obligations")}
    written = [{**ROW, **income, "request.amount": amount} for amount in amounts]
    cuts = read(csv_of(written, ";").encode(), decimal_mark=",")
    assert values(cuts, "request.amount") == ["2000.50", "2000.5", "-1234567.00", "abc", None]
    assert unread(cuts) == [(4, "/request/amount", "decimal_mark")]


def test_cells_nobody_could_store_are_told(read: Any) -> None:
    long, nul = body(1), body(2)
    long["applicant"]["identity"]["given_names"] = "x" * 10_001
    nul["external_id"] = "a\x00b"
    cuts = read("\n".join(json.dumps(each) for each in (long, nul, body(3))).encode())
    assert unread(cuts) == [
        (1, "/applicant/identity/given_names", "too_long"),
        (2, "/external_id", "not_text"),
    ]
    assert values(cuts, "row") == [3]


def test_lines_of_json_are_api_bodies(read: Any) -> None:
    joint = body(2, amount=2000.5)
    joint["co_applicants"] = [body(3)["applicant"]]
    joint["applicant"]["consents"] = [{"purpose": "p", "text_hash": "h"}]
    joint["metadata"] = {"shop": "Kiel"}
    lines = "\n".join(json.dumps(each) for each in (body(1), joint))
    cuts = read(lines.encode())
    assert values(cuts, "request.amount") == ["2000.00", "2000.5"]
    assert values(cuts, "request.term_months") == ["12", "12"]
    assert values(cuts, "co_applicants.0.identity.email")[1] == "erika.3@example.com"
    assert json.loads(values(cuts, "applicant.consents")[1])[0]["purpose"] == "p"
    assert values(cuts, "metadata.shop") == [None, "Kiel"]


BROKEN_LINES = [
    ("{", "", "not_json"),
    ("[1]", "", "not_json"),
    ('{"a": NaN}', "", "not_json"),
    ('{"a": 1, "a": 2}', "", "not_json"),
    ("[" * 100_000, "", "not_json"),
    ('{"external_id": "\\ud800"}', "", "not_json"),
    ('{"surprise": 1}', "/surprise", "unknown_field"),
    ('{"request": {"amount": [1]}}', "/request/amount", "single_value"),
    ('{"request": {"amount": {"x": 1}}}', "/request/amount/x", "unknown_field"),
    ('{"product": "mortgage"}', "/product", "product_differs"),
    ('{"applicant": {"facts": {"sex": "f"}}}', "/applicant/facts/sex", "unknown_field"),
    ('{"x": "' + "y" * (1 << 20) + '"}', "", "not_json"),
]


def test_a_broken_line_is_refused_alone(read: Any) -> None:
    lines = [json.dumps(body(1)), *(line for line, _, _ in BROKEN_LINES), "", json.dumps(body(2))]
    cuts = read("\n".join(lines).encode())
    expected = [(n, where, code) for n, (_, where, code) in enumerate(BROKEN_LINES, start=2)]
    assert unread(cuts) == expected
    assert values(cuts, "row") == [1, len(BROKEN_LINES) + 2]


def test_a_first_line_that_is_no_object_refuses_the_file(read: Any) -> None:
    with pytest.raises(Invalid) as caught:
        read(b'{"request": \n' + json.dumps(body()).encode())
    assert caught.value.errors[0].pointer == "/file/rows/1"


def packed(table: pa.Table, **options: Any) -> bytes:
    out = io.BytesIO()
    parquet.write_table(table, out, **options)
    return out.getvalue()


def test_parquet_is_read_typed_and_nested(read: Any) -> None:
    columns: dict[str, Any] = {name: [str(row[name]) for row in rows(6)] for name in NAMES}
    columns["request.term_months"] = pa.array([12] * 6, pa.int32())
    columns["request.amount"] = pa.array([2000.0, 2000.5, None, float("nan"), 1e15, 3.0])
    columns["applicant.facts.telephone"] = pa.array([True, False] * 3)
    columns["applicant.identity.birth_date"] = pa.array([date(1984, 8, 12)] * 6)
    cuts = read(packed(pa.table(columns)))
    assert spanned(cuts) == [(1, 4), (5, 6)]
    assert values(cuts, "request.amount")[:4] == ["2000", "2000.5", None, None]
    assert values(cuts, "applicant.facts.telephone")[:2] == ["true", "false"]
    assert values(cuts, "applicant.identity.birth_date")[0] == "1984-08-12"
    nested = pa.Table.from_pylist([body(1), body(2)])
    assert values(read(packed(nested)), "applicant.facts.housing") == ["own", "own"]


def test_parquet_cut_off_or_of_lists_is_refused(read: Any) -> None:
    whole = packed(pa.table({name: [str(ROW[name])] * 50 for name in NAMES}))
    for cut in (len(whole) // 2, len(whole) - 8):
        with pytest.raises(Invalid) as caught:
            read(whole[:cut])
        assert caught.value.errors[0].code == "not_parquet"
    damaged = bytearray(whole)
    damaged[4:400] = bytes(396)
    with pytest.raises(Invalid):
        read(bytes(damaged))
    with pytest.raises(Invalid) as caught:
        read(packed(pa.table({"request.amount": [["1", "2"]]})))
    assert caught.value.errors[0].pointer == "/file/columns/request.amount"


def test_a_small_parquet_of_endless_rows_or_texts_is_refused_unread(read: Any) -> None:
    same = {name: pa.array([str(ROW[name])]) for name in NAMES}
    many = pa.table(
        {name: pa.chunked_array([value]).take([0] * 2_000) for name, value in same.items()}
    )
    data = packed(many)
    with pytest.raises(Invalid) as caught:
        read(data)
    assert caught.value.errors[0].code == "too_many_rows"
    long = dict(same) | {"external_id": pa.array(["x" * (4 << 20)])}
    table = pa.table(
        {name: pa.chunked_array([value]).take([0] * 8) for name, value in long.items()}
    )
    data = packed(table)
    assert len(data) < 2 << 20
    cuts = read(data)
    assert [code for _, _, code in unread(cuts)] == ["too_long"] * 8
