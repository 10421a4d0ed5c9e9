"""The client: one connection pool, one key, and a handle for each kind of thing."""

from collections.abc import Iterator
from functools import cached_property
from types import ModuleType, TracebackType
from typing import Any, Self

import httpx

from assay import calls
from assay.generated.client import AuthenticatedClient
from assay.generated.document import VERSION
from assay.problems import raised
from assay.resources import Applications, Batches, Decisions, Offers, Sandbox
from assay.retries import Retrying

USER_AGENT = f"assay-python/{VERSION}"


class Assay:
    """Assay's API with one key.

    base_url: where the installation answers, `https://assay.example`.
    version: a dated version; left out, the one this client was made for.
    tries: how often a request is sent at most, where that is safe.
    transport: instead of the network, for tests.
    """

    def __init__(
        self,
        key: str,
        *,
        base_url: str,
        version: str = VERSION,
        tries: int = 5,
        timeout: float = 60.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.generated = AuthenticatedClient(
            base_url=base_url.rstrip("/"),
            token=key,
            headers={"Assay-Version": version, "User-Agent": USER_AGENT},
            timeout=httpx.Timeout(timeout),
            httpx_args={
                "transport": Retrying(transport or httpx.HTTPTransport(), tries=tries),
                "event_hooks": {"response": [raised]},
            },
        )

    def call(self, operation: ModuleType, **given: Any) -> Any:
        """The document of any operation: `assay.call(webhooks_create, body={...})`.

        The operations are the modules of `assay.generated.api`; `body` may be a plain dict. Raises
        a Problem for what is refused.
        """
        return calls.call(self.generated, operation, **given)

    def pages(self, operation: ModuleType, **given: Any) -> Iterator[Any]:
        """Every row of a list, page after page: `assay.pages(applications_list, limit=100)`."""
        return calls.pages(self.generated, operation, **given)

    @cached_property
    def applications(self) -> Applications:
        return Applications(self.call, self.pages)

    @cached_property
    def batches(self) -> Batches:
        return Batches(self.call, self.pages)

    @cached_property
    def decisions(self) -> Decisions:
        return Decisions(self.call, self.pages)

    @cached_property
    def offers(self) -> Offers:
        return Offers(self.call, self.pages)

    @cached_property
    def sandbox(self) -> Sandbox:
        return Sandbox(self.call, self.pages)

    def close(self) -> None:
        """Close the connections."""
        self.generated.get_httpx_client().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
