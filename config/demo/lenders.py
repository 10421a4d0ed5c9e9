"""Who the demo lenders are."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, eq=False)
class DemoLender:
    """A lender as its folder of documents describes it."""

    slug: str
    name: str
    country: str
    languages: tuple[str, ...]
    regulation_pack: str
    product_slug: str
    product_names: dict[str, str]
    currency: str
    folder: str
    learns_at_once: bool
    """Whether past loans come with it: then a model is trained, else an expert's points decide."""
    partner: tuple[str, str] = ("", "")
    limits: dict[str, int] = field(default_factory=dict)
    """Approval limits per role, in minor units."""

    @property
    def path(self) -> Path:
        return FOLDER / self.folder

    @property
    def domain(self) -> str:
        return f"{self.slug}.example"

    def document(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.path / f"{name}.json").read_text("utf-8"))
        return found


HANSE_KREDIT = DemoLender(
    slug="hanse-kredit",
    name="Hanse Kredit",
    country="DE",
    languages=("de", "en", "es", "pt"),
    regulation_pack="eu-2026-11-20",
    product_slug="personal-loan",
    product_names={
        "de": "Ratenkredit",
        "en": "Personal loan",
        "es": "Préstamo personal",
        "pt": "Empréstimo pessoal",
    },
    currency="EUR",
    folder="hanse_kredit",
    learns_at_once=True,
    partner=("nordlicht", "Nordlicht Kreditvermittlung"),
    limits={"underwriter": 750_000, "senior_underwriter": 3_000_000},
)

BANCO_AURORA = DemoLender(
    slug="banco-aurora",
    name="Banco Aurora",
    country="BR",
    languages=("pt", "es", "en", "de"),
    regulation_pack="br-2026-11-21",
    product_slug="store-card",
    product_names={
        "pt": "Cartão da loja",
        "es": "Tarjeta de la tienda",
        "en": "Store card",
        "de": "Kundenkarte",
    },
    currency="BRL",
    folder="banco_aurora",
    learns_at_once=False,
    partner=("loja-sol", "Loja Sol"),
    limits={"underwriter": 200_000, "senior_underwriter": 1_500_000},
)

LENDERS = (HANSE_KREDIT, BANCO_AURORA)
