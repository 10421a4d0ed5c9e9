"""Forms of the policy grid, filled in as the page shows them."""

import re
from html import unescape
from html.parser import HTMLParser

from django.test import Client

BASE = "/admin/underwriting/policyversion"


class Inputs(HTMLParser):
    """What a browser would send of the form with this id."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside = form, False
        self.data: dict[str, list[str]] = {}
        self._select = self._area = ""

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        name = found.get("name") or ""
        if tag == "form":
            self.inside = found.get("id") == self.form
        if not self.inside:
            return
        if tag == "input" and name:
            self._input(name, found)
        if tag == "select":
            self._select = name
            self.data.setdefault(name, [])
        if tag == "textarea":
            self._area = name
            self.data[name] = [""]
        if tag == "option" and self._select and ("selected" in found or not self._chosen):
            self.data[self._select] = [found.get("value") or ""]

    @property
    def _chosen(self) -> bool:
        return bool(self.data[self._select])

    def _input(self, name, found):
        if found.get("type") in ("checkbox", "radio") and "checked" not in found:
            return
        self.data.setdefault(name, []).append(found.get("value") or "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data):
        if self._area:
            self.data[self._area][0] += data.lstrip("\n")


def form_of(text: str, form: str = "sheet") -> dict[str, list[str]]:
    """The form's fields as a browser would send them."""
    reader = Inputs(form)
    reader.feed(text)
    assert reader.data, f"no form {form}"
    return reader.data


def filled(client: Client, url: str, **changes: str) -> dict[str, list[str]]:
    """The form of a page, with some of its fields written anew."""
    data = form_of(client.get(url).content.decode())
    return {**data, **{name: [text] for name, text in changes.items()}}


def remarks(text: str) -> list[str]:
    """What the page says is to be looked at."""
    found = re.findall(r'data-words="([^"]*)"', text)
    return [unescape(each) for each in found]
