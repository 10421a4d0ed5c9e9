"""The base of every admin page about a tenant's rows."""

from typing import Any, TypeVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.text import capfirst

from tenancy.context import current_organization_id

M = TypeVar("M", bound=Model)


class UncountedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages without count(*) over a growing table: it counts `LAST_PAGES` pages and no further.

    What lies behind them is found by searching, not by leafing.
    """

    LAST_PAGES = 50

    @cached_property
    def count(self) -> int:
        furthest = self.per_page * self.LAST_PAGES
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.order_by().values("pk")[:furthest].count()


class TenantAdmin(admin.ModelAdmin[M]):
    """Read-only: what changes goes through a service that a page of its own calls.

    Nothing is written to Django's admin log, which knows no tenant: services record events.
    Whether a person may look is the membership's permission, asked of the backend as usual.
    """

    paginator = UncountedPaginator
    show_full_result_count = False
    list_per_page = 50
    actions = None

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """A list is called what it lists: nothing is selected there to be changed."""
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Nobody looks at tenants' pages without a tenant, a platform operator neither."""
        return current_organization_id() is not None and super().has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return current_organization_id() is not None and super().has_module_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        """Names the organization although the database would refuse anyway."""
        own = {self._tenant_field(): current_organization_id()}
        return super().get_queryset(request).filter(**own)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened stands in the events."""
        raise Http404

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """Another lender's id is not found, like one that never was."""
        raise Http404

    def log_addition(self, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Django's log is global; the service recorded an event."""

    def log_change(self, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """As log_addition."""

    def log_deletions(self, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """As log_addition."""

    def _tenant_field(self) -> str:
        names = {field.name for field in self.opts.local_fields}
        return "organization_id" if "organization" in names else "id"
