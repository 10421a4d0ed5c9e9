"""The desk's menu: sections of links to admin pages, of which a person sees what they may open.

Rooms above say what belongs there (`site.sections`); this room knows none of them by name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Link:
    """One entry: its words and the model whose list it opens ("underwriting.review")."""

    label: StrOrPromise
    model: str


@dataclass(frozen=True, slots=True)
class Section:
    label: StrOrPromise
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A link that this person may follow, and whether they are there now."""

    text: str
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A section with what this person may open in it."""

    text: str
    links: list[Place]


def menu(
    sections: Sequence[Section], admins: Mapping[str, ModelAdmin[Any]], request: HttpRequest
) -> list[Group]:
    """The sections with something in them; `admins` by the label of their model."""
    groups = [
        Group(str(section.label), _places(section.links, admins, request)) for section in sections
    ]
    return [group for group in groups if group.links]


def _places(
    links: Sequence[Link], admins: Mapping[str, ModelAdmin[Any]], request: HttpRequest
) -> list[Place]:
    found = [(link, admins.get(link.model)) for link in links]
    return [
        _place(link, admin, request)
        for link, admin in found
        if admin is not None and admin.has_view_permission(request)
    ]


def _place(link: Link, admin: ModelAdmin[Any], request: HttpRequest) -> Place:
    opts = admin.opts
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    return Place(capfirst(str(link.label)), url, request.path.startswith(url))
