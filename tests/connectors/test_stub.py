"""The stub passes the contract, and each persona is what the page about it says."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.contract import ConnectorContract, inquiry
from underwriting.connectors.contract import (
    Connector,
    ConnectorError,
    Failure,
    Kind,
    Report,
    Request,
    Subject,
)
from underwriting.connectors.personas import PERSONAS
from underwriting.connectors.reports import BureauReport
from underwriting.connectors.stub import Stub

DOCS = Path(__file__).parents[2] / "docs" / "connectors.md"


class Inside:
    """The stub with the failures of its personas, told from outside."""

    WORDS = {"times_out": "timeout", "unavailable": "unavailable", "malformed": "malformed"}

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.how = "answers"

    @property
    def inquiries(self) -> int:
        return len(set(self.keys))

    def behave(self, how: str) -> None:
        self.how = how

    def ask(self, request: Request) -> Report:
        self.keys.append(str(request.idempotency_key))
        if self.how == "refuses":
            raise ConnectorError(Failure.REFUSED)
        if self.how == "answers":
            return Stub().ask(request)
        name = self.WORDS[self.how].title()
        return Stub().ask(inquiry(Kind.BUREAU, subject=person(name)))


class TestStub(ConnectorContract):
    @pytest.fixture
    def vendor(self) -> Any:
        return Inside()

    @pytest.fixture
    def connector(self, vendor: Any) -> Connector:
        found: Connector = vendor
        return found


def person(family_name: str, given_names: str = "Test") -> Subject:
    return Subject(given_names, family_name, "1980-01-01", "test@mail.example")


def bureau(name: str) -> BureauReport:
    report = Stub().ask(inquiry(Kind.BUREAU, subject=person(name)))
    assert isinstance(report, BureauReport)
    return report


def test_the_same_person_has_the_same_report_and_another_one_another() -> None:
    first, again, other = bureau("Brandt"), bureau("Brandt"), bureau("Okafor")
    assert first.model_copy(update={"reference": "x"}) == again.model_copy(
        update={"reference": "x"}
    )
    assert first.attributes != other.attributes


def test_personas_may_stand_together() -> None:
    both = person("Sanctionshit", "Highscore")
    hit = Stub().ask(inquiry(Kind.SANCTIONS, subject=both))
    report = Stub().ask(inquiry(Kind.BUREAU, subject=both))
    assert getattr(hit, "result", None) == "hit"
    assert isinstance(report, BureauReport)
    assert report.score is not None
    assert report.score.value == 820


def test_files_say_what_they_have() -> None:
    assert (bureau("Thinfile").file, bureau("Thinfile").score) == ("thin", None)
    assert (bureau("Nofile").file, bureau("Nofile").attributes) == ("none", {})
    frozen = bureau("Frozen")
    assert (frozen.file, frozen.alerts, frozen.attributes) == ("frozen", ("freeze",), {})


def test_every_persona_is_in_the_documents_and_none_that_is_not_there() -> None:
    named = set(re.findall(r"^\| `([A-Z][a-z]+)` \|", DOCS.read_text("utf-8"), re.MULTILINE))
    assert {name.lower() for name in named} == set(PERSONAS)
