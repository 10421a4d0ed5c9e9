"""What owners and developers change on the desk: each page one form and one service."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.desk.forms import ConfirmForm, InvitationForm, PartnerForm
from accounts.desk.pages import ServicePage
from accounts.models import ApiKey, Invitation, Membership, Partner
from accounts.services.invitations import invitation_revoke, invitation_send
from accounts.services.memberships import membership_end
from accounts.services.partners import partner_create, partner_deactivate
from events.actor import Actor
from tenancy.context import current_organization_id

Admin = ModelAdmin[Any]
View = Callable[[HttpRequest, UUID], HttpResponse]
MEMBERS, PARTNERS, KEYS = (
    "accounts.manage_members",
    "accounts.manage_partners",
    "accounts.manage_api_keys",
)

NAMES: dict[type[Model], Callable[[Any], str]] = {
    Membership: lambda row: f"{row.user.display_name}, {row.get_role_display()}",
    Invitation: lambda row: f"{row.email}, {row.get_role_display()}",
    Partner: lambda row: row.name,
    ApiKey: lambda row: f"{row.name}, {row.prefix}…",
}


def invitation_add(admin: Admin, request: HttpRequest) -> HttpResponse:
    def send(data: dict[str, Any]) -> None:
        invitation_send(**place_of(request), **data)

    return ServicePage(
        admin=admin,
        permission=MEMBERS,
        form=InvitationForm(request.POST or None),
        call=send,
        title=_("Invite somebody"),
        button=_("Send the invitation"),
        done=_("The invitation is on its way."),
    ).answer(request)


def partner_add(admin: Admin, request: HttpRequest) -> HttpResponse:
    def create(data: dict[str, Any]) -> None:
        partner_create(**place_of(request), **data)

    return ServicePage(
        admin=admin,
        permission=PARTNERS,
        form=PartnerForm(request.POST or None),
        call=create,
        title=_("Add a partner"),
        button=_("Add"),
        done=_("The partner was added. Make a key for its system next."),
    ).answer(request)


def membership_finish(admin: Admin) -> View:
    def view(request: HttpRequest, row_id: UUID) -> HttpResponse:
        return confirm(
            admin,
            request,
            MEMBERS,
            lambda: membership_end(**place_of(request), membership_id=row_id),
            title=_("End this membership?"),
            lead=_("The person loses access with their next click. What they did stays recorded."),
            button=_("End the membership"),
            done=_("The membership has ended."),
        )

    return view


def invitation_end(admin: Admin) -> View:
    def view(request: HttpRequest, row_id: UUID) -> HttpResponse:
        return confirm(
            admin,
            request,
            MEMBERS,
            lambda: invitation_revoke(**place_of(request), invitation_id=row_id),
            title=_("Withdraw this invitation?"),
            lead=_("The link in the mail stops working at once."),
            button=_("Withdraw"),
            done=_("The invitation was withdrawn."),
        )

    return view


def partner_end(admin: Admin) -> View:
    def view(request: HttpRequest, row_id: UUID) -> HttpResponse:
        return confirm(
            admin,
            request,
            PARTNERS,
            lambda: partner_deactivate(**place_of(request), partner_id=row_id),
            title=_("End the work with this partner?"),
            lead=_("All its keys stop working at once. Its applications stay."),
            button=_("End"),
            done=_("The partner’s keys no longer work."),
        )

    return view


def confirm(
    admin: Admin,
    request: HttpRequest,
    permission: str,
    service: Callable[[], None],
    **words: str,
) -> HttpResponse:
    """A page that names what it is about and asks once, for what cannot be taken back."""
    return ServicePage(
        admin=admin,
        permission=permission,
        form=ConfirmForm(request.POST if request.method == "POST" else None),
        call=lambda _data: service(),
        extra={"button_class": "bad", "named": named(admin, request)},
        **words,
    ).answer(request)


def named(admin: Admin, request: HttpRequest) -> str:
    """The row in words. A row that is not this lender's is not found, like everything else."""
    if request.method == "POST":  # the service looks for itself, inside its own transaction
        return ""
    row_id = request.resolver_match.kwargs["row_id"] if request.resolver_match else None
    row = admin.get_queryset(request).filter(pk=row_id).first()
    if row is None:
        raise Http404
    return str(NAMES[type(row)](row))


def place_of(request: HttpRequest) -> dict[str, Any]:
    """What every service is told first: for which lender, and who asks."""
    organization_id = current_organization_id()
    if organization_id is None:
        raise Http404
    return {"organization_id": organization_id, "actor": Actor.user(request.user.pk or 0)}
