"""What every endpoint shares: the key's scope is checked, its lender named, reads held together."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, ClassVar, cast
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.services.credentials import KeyRef
from events.actor import Actor
from tenancy.context import organization_named
from tenancy.enter import enter
from tenancy.errors import NotFound
from tenancy.ids import parse_public_id
from underwriting.api.calls import call_of
from underwriting.api.dating import answer_lowered, version_asked


class TenantAPIView(APIView):
    """An endpoint inside one lender. `scopes` says per method which scope a key must carry."""

    scopes: ClassVar[Mapping[str, str]] = {}

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self._named:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        call_of(request).version = version_asked(request, self.key.version)
        self._named.enter_context(organization_named(self.key.organization_id))
        scope = self.scopes.get(request.method or "")
        if scope and scope not in self.key.scopes:
            raise PermissionDenied(f"This key lacks the scope {scope}.")

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Answers leave in the form of the request's version; refusals have one form."""
        if isinstance(response, Response) and not response.exception:
            response.data = answer_lowered(response.data, request)
        return super().finalize_response(request, response, *args, **kwargs)

    @property
    def key(self) -> KeyRef:
        return cast(KeyRef, self.request.auth)

    @property
    def organization_id(self) -> UUID:
        return self.key.organization_id

    @property
    def actor(self) -> Actor:
        return Actor("api_key", str(self.key.id))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One read-only transaction inside the key's lender."""
        with enter(self.organization_id, read_only=True):
            yield

    @staticmethod
    def row_id(prefix: str, text: str) -> UUID:
        """The id in the path; one that could never have been ours is simply not found."""
        found = parse_public_id(prefix, text)
        if found is None:
            raise NotFound
        return found
