"""What imports do not show: keys and task names written as strings."""

import re
from collections.abc import Iterator
from itertools import chain

from django.apps import apps
from django.db.models import Field

from config.celery import app
from config.home import PROJECT

ROOMS = ("tenancy", "events", "accounts", "scoring", "underwriting")  # each may use those before it
TASK_NAME = re.compile(rf'"((?:{"|".join(ROOMS)})\.tasks\.\w+)"')


def keys() -> Iterator[tuple[str, "Field[object, object]", str]]:
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            for field in model._meta.get_fields():
                if isinstance(field, Field) and field.related_model not in {None, "self"}:
                    yield room, field, field.related_model._meta.app_label


def test_foreign_keys_point_to_rooms_below() -> None:
    upwards = [
        f"{field} -> {target}"
        for room, field, target in keys()
        if target in ROOMS and ROOMS.index(target) > ROOMS.index(room)
    ]

    assert upwards == []


def test_every_task_named_in_the_code_exists() -> None:
    files = chain.from_iterable((PROJECT / room).rglob("*.py") for room in (*ROOMS, "config"))
    named = {name for file in files for name in TASK_NAME.findall(file.read_text())}

    assert named, "the pattern finds nothing"
    assert named - app.tasks.keys() == set()
