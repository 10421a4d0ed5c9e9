"""Applications are found by what their sender wrote beside them: by an index, by nobody else."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from tenancy.enter import enter
from tenancy.errors import RefusedWrite
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.api.test_batches import form, send
from tests.bodies import Body, loan
from tests.cast_accounts import RawKey
from tests.underwriting.test_batches import lines, ndjson
from underwriting.models import ApplicationLabel
from underwriting.selectors.applications import visible
from underwriting.selectors.applications_metadata import labelled

__all__ = ["form"]


@pytest.fixture
def sent(partner: Partner, hanse: Organization) -> list[str]:
    """Three applications: two of Kiel, one of them of Ida's."""
    written = ({"branch": "Kiel", "agent": "Ida"}, {"branch": "Kiel"}, {"branch": "Bonn"})
    made = []
    for number, metadata in enumerate(written, start=1):
        answer = partner.apply({**loan(hanse, number=number), "metadata": metadata}, wait=False)
        assert answer.status_code == 202, answer.content
        made.append(answer.json()["id"])
    return made


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["data"]]


def test_a_list_is_narrowed_to_what_was_written(partner: Partner, sent: list[str]) -> None:
    first, second, third = sent
    path = "/v1/applications?metadata[branch]="
    assert ids(partner.get(f"{path}Kiel")) == [second, first]
    assert ids(partner.get(f"{path}Kiel&limit=1")) == [second]
    assert ids(partner.get(f"{path}Kiel&starting_after={second}")) == [first]
    assert ids(partner.get(f"{path}Kiel&metadata[agent]=Ida")) == [first]
    assert ids(partner.get(f"{path}Bonn&status=submitted")) == [third]
    assert ids(partner.get(f"{path}kiel")) == []
    assert ids(partner.get("/v1/applications?metadata[none]=Kiel")) == []


def test_another_callers_are_not_found_by_it(
    broker_key: RawKey, aurora_key: RawKey, sent: list[str], body: Body
) -> None:
    for raw in (broker_key[1], aurora_key[1]):
        assert ids(Partner(raw).get("/v1/applications?metadata[branch]=Kiel")) == []


@pytest.mark.parametrize(
    "query",
    [
        "metadata=Kiel", "metadata[]=Kiel", "metadata[branch]=", "metadata[branch]=%00",
        f"metadata[branch]={'x' * 201}", f"metadata[{'x' * 201}]=x", "metadata[a][b]=x",
        "metadata[branch]=a&metadata[branch]=b",
        "&".join(f"metadata[m{number}]=x" for number in range(6)),
    ],
)  # fmt: skip
def test_a_wrong_filter_is_named(partner: Partner, query: str) -> None:
    answer = partner.get(f"/v1/applications?{query}")
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["pointer"].startswith("/metadata")


def test_labels_are_written_by_the_database_alone(
    hanse: Organization, aurora: Organization, sent: list[str]
) -> None:
    with enter(hanse.id):
        assert ApplicationLabel.objects.count() == 4
        found = ApplicationLabel.objects.values_list("name", "value")
        assert sorted(found) == [
            ("agent", "Ida"), ("branch", "Bonn"), ("branch", "Kiel"), ("branch", "Kiel"),
        ]  # fmt: skip
    with enter(aurora.id, read_only=True):
        assert not ApplicationLabel.objects.exists()
    for statement in (
        "UPDATE underwriting_application SET metadata = '{}'",
        "UPDATE underwriting_applicationlabel SET value = 'Rom'",
        "DELETE FROM underwriting_applicationlabel",
        """INSERT INTO underwriting_applicationlabel
            (id, organization_id, application_id, name, value)
            SELECT gen_random_uuid(), organization_id, id, 'a', 'b'
            FROM underwriting_application""",
    ):
        with (
            pytest.raises(RefusedWrite),
            enter(hanse.id),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_rows_of_a_file_are_found_too(
    partner: Partner,
    form: dict[str, Any],
    hanse: Organization,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    bodies = [{**body, "metadata": {"branch": "Ulm"}} for body in lines(hanse, 2)]
    file = SimpleUploadedFile("loans.ndjson", ndjson(bodies))
    with django_capture_on_commit_callbacks(execute=True):
        assert send(partner, form, file=file).status_code == 202
    assert len(ids(partner.get("/v1/applications?metadata[branch]=Ulm"))) == 2


def test_an_index_finds_them(hanse: Organization, sent: list[str]) -> None:
    """No plan reads every application: of few rows that is cheaper, so it is made dear."""
    with enter(hanse.id), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        rows = labelled(visible(hanse.id, None), {"branch": "Kiel"}).order_by("-id")[:21]
        plan = rows.explain()
    assert "application_label_once" in plan
    line = next(each for each in plan.splitlines() if "name = 'branch'" in each)
    assert "Index Cond" in line
    assert "value = 'Kiel'" in line
