"""The grid in which a draft policy is written: one part a page, checked while one types."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.desk.changes import place_of
from accounts.desk.place import allowed, organization_of
from accounts.site import READS
from tenancy.enter import enter
from tenancy.errors import Conflict
from underwriting.desk.policy_drafts import OPEN, Draft, Edited, draft_of, kept, opened, typed
from underwriting.desk.policy_posts import LOOK, OVER, SAVE
from underwriting.desk.policy_remarks import pointed
from underwriting.desk.policy_sheet import offers_tables, tabs
from underwriting.models import PolicyVersion
from underwriting.policy.document import Policy
from underwriting.policy.sheets import editing
from underwriting.policy.sheets.table import HEADED, headed_part, kind_of
from underwriting.policy.sheets.whole import policy_of
from underwriting.services.policies import policy_draft_save

DRAFT = "underwriting.draft_policy"
TEMPLATES = "admin/underwriting/policyversion"
MOVES = ("earlier", "later", "repeat", "remove")
REFUSED = {
    "revision": gettext_lazy(
        "Somebody else saved this policy meanwhile. Nothing you typed is lost: look at theirs"
        " first, or save this page over it."
    ),
    "status": gettext_lazy("This policy was handed in meanwhile: copy it to go on."),
    "has_decided": gettext_lazy("A split test decided by it: draft a new version from it."),
}


def edit_page(
    admin: ModelAdmin[Any], request: HttpRequest, policy_version_id: UUID, part: str = ""
) -> HttpResponse:
    """A part of the draft; posted, what was typed is checked, and saved when all of it reads."""
    draft = draft_for(request, policy_version_id)
    if draft.version.status not in OPEN:
        messages.warning(request, _("This version is no draft any more: copy it to change it."))
        return redirect("admin:underwriting_policyversion_change", policy_version_id)
    part = part or next(iter(draft.tables))
    if request.method == "POST":
        return _stepped(admin, request, draft, part)
    first = str(request.GET.get("from", ""))
    edited = opened(draft, part, int(first) if first.isdigit() and len(first) < 7 else 0)
    return _shown(admin, request, edited)


def draft_for(request: HttpRequest, policy_version_id: UUID) -> Draft:
    """The version, for somebody who may write policies."""
    if not allowed(request, DRAFT):
        raise PermissionDenied
    organization_id = organization_of(request)
    with inside(request):
        return draft_of(organization_id, policy_version_id)


def inside(request: HttpRequest) -> AbstractContextManager[Any]:
    """Inside the lender: pages that only read are there already."""
    if request.method in READS:
        return nullcontext()
    return enter(organization_of(request), read_only=True)


def may_edit(request: HttpRequest, version: PolicyVersion) -> bool:
    """Whether this person may write in this version now."""
    return version.status in OPEN and allowed(request, DRAFT)


def edit_url(policy_version_id: UUID, part: str = "") -> str:
    """The page of a part."""
    called = "admin:underwriting_policyversion_edit"
    return reverse(called, args=[policy_version_id, *([part] if part else [])])


def _stepped(admin: ModelAdmin[Any], request: HttpRequest, draft: Draft, part: str) -> HttpResponse:
    """Look, move the whole part, or do the step and save."""
    do = str(request.POST.get("do", SAVE))
    edited = typed(draft, part, request.POST, do)
    if do == LOOK:
        return TemplateResponse(request, f"{TEMPLATES}/remarks.html", _remarks(edited))
    if do in MOVES and offers_tables(part):
        return _moved(admin, request, edited, do)
    if edited.whole.policy is None:
        return _shown(admin, request, edited, refusal=_unread(edited))
    try:
        _save(request, draft, edited.whole.policy, over=do == OVER)
    except Conflict as error:
        return _shown(admin, request, edited, refusal=_words(error), conflict=error.code)
    return _shown(admin, request, kept(edited, draft_for(request, draft.version.id)), saved=True)


def _moved(admin: ModelAdmin[Any], request: HttpRequest, edited: Edited, do: str) -> HttpResponse:
    """The whole rule set elsewhere, once more, or gone; then its page, or the first one's."""
    kind, place = kind_of(edited.part), int(edited.part.partition("/")[2])
    if do == "remove":
        tables, place = editing.part_removed(edited.tables, edited.part), place - 1
    elif do == "repeat":
        tables, place = editing.part_repeated(edited.tables, edited.part), place + 1
    else:
        by = -1 if do == "earlier" else 1
        tables, place = editing.part_moved(edited.tables, edited.part, by), place + by
    whole = policy_of(tables, edited.draft.inputs)
    if whole.policy is None:
        return _shown(admin, request, edited, refusal=_unread(edited))
    try:
        _save(request, edited.draft, whole.policy, over=False)
    except Conflict as error:
        return _shown(admin, request, edited, refusal=_words(error), conflict=error.code)
    last = len(editing.parts_of(tables, kind)) - 1
    part = headed_part(kind, max(0, min(place, last))) if last >= 0 else ""
    return gone(request, edit_url(edited.draft.version.id, part))


def gone(request: HttpRequest, url: str) -> HttpResponse:
    """To another page, from a form that htmx sent or the browser did."""
    if not request.headers.get("HX-Request"):
        return redirect(url)
    answer = HttpResponse()
    answer["HX-Redirect"] = url
    return answer


def _save(request: HttpRequest, draft: Draft, policy: Policy, *, over: bool) -> None:
    policy_draft_save(
        **place_of(request),
        policy_version_id=draft.version.id,
        document=policy.canonical(),
        revision=draft.version.revision if over else revision_of(request),
    )


def revision_of(request: HttpRequest) -> int:
    """The revision that was on the page; 0 is none's."""
    text = str(request.POST.get("revision", ""))
    return int(text) if text.isdigit() and len(text) < 10 else 0


def _shown(
    admin: ModelAdmin[Any],
    request: HttpRequest,
    edited: Edited,
    *,
    refusal: str = "",
    conflict: str = "",
    saved: bool = False,
) -> HttpResponse:
    version = edited.draft.version
    with inside(request):
        context = {
            **admin.admin_site.each_context(request),
            **_remarks(edited),
            "opts": admin.opts,
            "title": edited.policy.name,
            "list_url": reverse("admin:underwriting_policyversion_changelist"),
            "sheet": edited.sheet,
            "tabs": tabs(edited.tables, edited.remarks),
            "movable": offers_tables(edited.part),
            "revision": request.POST.get("revision") if refusal else version.revision,
            "refusal": refusal,
            "conflict": conflict,
            "saved": saved,
            "new_parts": [_next(edited, kind) for kind in HEADED],
        }
        fragment = bool(request.headers.get("HX-Request"))
        template = f"{TEMPLATES}/{'editor' if fragment else 'edit'}.html"
        status = 422 if refusal and not fragment else 200
        return TemplateResponse(request, template, context, status=status).render()


def _remarks(edited: Edited) -> dict[str, Any]:
    """What is to be looked at, each with the address of its cell."""
    version = edited.draft.version
    keys = {edited.first + place: key for place, key in enumerate(edited.keys)}
    shown = [
        pointed(each, edited.part, keys, edit_url(version.id, each.place.part))
        for each in edited.remarks
    ]
    errors = sum(each.remark.severity == "error" for each in shown)
    return {"remarks": shown, "errors": errors, "version": version, "part": edited.part}


def _next(edited: Edited, kind: str) -> tuple[str, str]:
    """A part that is not there yet, and its page."""
    part = headed_part(kind, len(editing.parts_of(edited.draft.tables, kind)))
    return kind, edit_url(edited.draft.version.id, part)


def _unread(edited: Edited) -> str:
    wrong = len(edited.whole.problems)
    return ngettext(
        "Not saved yet: %(n)s cell cannot be read. What you typed stands as it was.",
        "Not saved yet: %(n)s cells cannot be read. What you typed stands as it was.",
        wrong,
    ) % {"n": wrong}


def _words(error: Conflict) -> str:
    return str(REFUSED.get(error.code, error))
