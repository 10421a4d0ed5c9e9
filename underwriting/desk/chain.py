"""The events on the desk: the chain as it was recorded, and whether it still holds."""

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from events.models import Checkpoint, Event
from events.selectors.chain import read_chain
from underwriting.desk.history import event_words
from underwriting.desk.lists import DeskList
from underwriting.desk.people import actor_name, colleagues
from underwriting.desk.place import organization_of, permission_needed
from underwriting.desk.words import moment, short_hash


class EventAdmin(DeskList[Event]):
    list_title = _("Events")
    empty_words = _("Nothing was recorded with these filters.")
    list_display = ("number", "when", "what", "subject", "link")
    list_filter = ("type", "actor_kind")
    ordering = ("-sequence",)
    fields = (
        "number", "when", "type", "subject", "who", "content",
        "previous_hash", "hash",
    )  # fmt: skip
    readonly_fields = ("number", "when", "subject", "who", "content")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(permission_needed("events.view_event")(self.verify))
        return [path("verify/", view, name="events_event_verify"), *super().get_urls()]

    def verify(self, request: HttpRequest) -> TemplateResponse:
        """Reads the whole chain again and says whether it holds."""
        organization_id = organization_of(request)
        seals = Checkpoint.objects.filter(organization_id=organization_id).order_by("-sequence")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Is the record whole?"),
            "report": read_chain(organization_id),
            "seal": seals.first(),
        }
        return TemplateResponse(request, "admin/desk/chain.html", context)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        names = colleagues(organization_of(request))

        @admin.display(description=_("By"))
        def by(event: Event) -> str:
            return actor_name(event.actor_kind, event.actor_id, names)

        return [*self.list_display, by]

    @admin.display(description=_("No."), ordering="sequence")
    def number(self, event: Event) -> int:
        return event.sequence

    @admin.display(description=_("When"), ordering="sequence")
    def when(self, event: Event) -> str:
        return moment(event.at)

    @admin.display(description=_("What happened"))
    def what(self, event: Event) -> SafeString:
        return format_html(
            '{}<span class="sub code">{}</span>', event_words(event.type), event.type
        )

    @admin.display(description=_("About"))
    def subject(self, event: Event) -> SafeString:
        kind = event.subject_kind.replace("_", " ")
        return format_html('{} <span class="id">…{}</span>', kind, event.subject_id.hex[-8:])

    @admin.display(description=_("Hash"))
    def link(self, event: Event) -> SafeString:
        return format_html(
            '<span class="code" title="{}">{}</span>', event.hash, short_hash(event.hash)
        )

    @admin.display(description=_("By"))
    def who(self, event: Event) -> str:
        return actor_name(event.actor_kind, event.actor_id, colleagues(event.organization_id))

    @admin.display(description=_("Data"))
    def content(self, event: Event) -> SafeString:
        text = json.dumps(json.loads(event.data), ensure_ascii=False, indent=1)
        return format_html('<pre class="document">{}</pre>', text)
