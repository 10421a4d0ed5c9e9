import subprocess
import sys

from config.home import PROJECT

HEAVY = ("pandas", "optbinning", "sklearn", "interpret", "matplotlib")
START = f"""
import sys
import config.wsgi
from django.urls import resolve
resolve("/livez")
print([name for name in {HEAVY!r} if name in sys.modules])
"""


def test_the_web_starts_without_what_only_training_needs() -> None:
    said = subprocess.run(
        [sys.executable, "-c", START], cwd=PROJECT, capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == "[]"
