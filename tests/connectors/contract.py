"""What every connector must pass. Inherit, give `connector` and `vendor`, and run it.

    class TestOurBureau(ConnectorContract):
        kinds = (Kind.BUREAU,)

        @pytest.fixture
        def vendor(self): ...  # something that answers as the vendor does, and can be told how

        @pytest.fixture
        def connector(self, vendor): ...

`vendor.behave(how)` is one of `answers`, `times_out`, `unavailable`, `malformed`, `refuses`;
`vendor.keys` are the idempotency keys it got, in order; `vendor.inquiries` how many inquiries it
counted, one for each key.
"""

import logging
from time import monotonic
from typing import Any, Protocol
from uuid import UUID, uuid4

import pytest

from underwriting.connectors.contract import (
    CHECK_PURPOSES,
    Connector,
    ConnectorError,
    Failure,
    Inquiry,
    Kind,
    Purpose,
    Request,
    Subject,
)
from underwriting.connectors.reports import BureauReport, CheckReport, report_parse

SECRETS = ("Quirina", "Zweifelhaft", "1977-03-09", "quirina@mail.example", "ZW-4711-Q", "+49 1511")
SUBJECT = Subject(
    given_names="Quirina",
    family_name="Zweifelhaft",
    birth_date="1977-03-09",
    email="quirina@mail.example",
    phone="+49 1511 000111",
    national_id="ZW-4711-Q",
    address={"line1": "Am Wall 3", "postal_code": "28195", "city": "Bremen", "country": "DE"},
)


class Vendor(Protocol):
    keys: list[str]

    @property
    def inquiries(self) -> int: ...

    def behave(self, how: str) -> None: ...


def inquiry(kind: Kind, *, key: UUID | None = None, subject: Subject = SUBJECT) -> Request:
    bureau = kind == Kind.BUREAU
    return Request(
        kind=kind,
        inquiry=Inquiry.HARD if bureau else Inquiry.NONE,
        purpose=Purpose.CREDIT_TRANSACTION if bureau else CHECK_PURPOSES[kind],
        consent=uuid4() if bureau else None,
        idempotency_key=key or uuid4(),
        attempt=1,
        asked_on="2026-11-21",
        subject=subject,
    )


class ConnectorContract:
    """The contract as tests; `kinds` are those that the connector answers for."""

    kinds: tuple[Kind, ...] = tuple(Kind)
    patience = 20.0
    """Seconds that a call may last although its vendor never answers."""

    @pytest.fixture
    def vendor(self) -> Vendor:
        raise NotImplementedError

    @pytest.fixture
    def connector(self, vendor: Vendor) -> Connector:
        raise NotImplementedError

    def failure(self, connector: Connector, kind: Kind) -> ConnectorError:
        with pytest.raises(ConnectorError) as raised:
            connector.ask(inquiry(kind))
        return raised.value

    def test_an_answer_is_typed_and_survives_being_kept(
        self, connector: Connector, vendor: Vendor
    ) -> None:
        for kind in self.kinds:
            report = connector.ask(inquiry(kind))
            assert isinstance(report, BureauReport if kind == Kind.BUREAU else CheckReport)
            assert report_parse(report.canonical()) == report

    def test_the_same_key_is_the_same_inquiry(self, connector: Connector, vendor: Vendor) -> None:
        for kind in self.kinds:
            asked = inquiry(kind)
            assert connector.ask(asked) == connector.ask(asked)
            assert vendor.keys[-2:] == [str(asked.idempotency_key)] * 2
        assert vendor.inquiries == len(self.kinds)

    def test_no_answer_in_time_is_a_timeout_in_time(
        self, connector: Connector, vendor: Vendor
    ) -> None:
        vendor.behave("times_out")
        begun = monotonic()
        error = self.failure(connector, self.kinds[0])
        assert (error.failure, error.retryable) == (Failure.TIMEOUT, True)
        assert monotonic() - begun < self.patience

    @pytest.mark.parametrize(
        ("how", "failure", "retryable"),
        [
            ("unavailable", Failure.UNAVAILABLE, True),
            ("malformed", Failure.MALFORMED, False),
            ("refuses", Failure.REFUSED, False),
        ],
    )
    def test_what_is_no_answer_says_whether_to_ask_again(
        self, connector: Connector, vendor: Vendor, how: str, failure: Failure, retryable: bool
    ) -> None:
        vendor.behave(how)
        error = self.failure(connector, self.kinds[0])
        assert (error.failure, error.retryable) == (failure, retryable)

    @pytest.mark.parametrize("how", ["answers", "unavailable", "malformed", "refuses"])
    def test_no_word_of_the_subject_reaches_a_log_or_an_error(
        self, connector: Connector, vendor: Vendor, how: str, caplog: Any, capfd: Any
    ) -> None:
        caplog.set_level(logging.DEBUG)
        vendor.behave(how)
        told = [repr(inquiry(self.kinds[0]))]
        try:
            connector.ask(inquiry(self.kinds[0]))
        except ConnectorError as error:
            while error is not None:
                told += [str(error), repr(error), repr(vars(error))]
                error = error.__cause__ or error.__context__  # type: ignore[assignment]
        told += [caplog.text, *capfd.readouterr()]
        assert not [word for word in SECRETS if word in "\n".join(told)]
