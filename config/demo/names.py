"""Invented people: names common in each country, put together by chance."""

from dataclasses import dataclass

from numpy.random import Generator

GIVEN = {
    "DE": (
        "Anna", "Jonas", "Lena", "Felix", "Marie", "Paul", "Greta", "Emil", "Klara", "Lukas",
        "Sophie", "Anton", "Frieda", "Moritz", "Helene", "Jakob", "Ida", "Theo", "Nora", "Karl",
        "Aylin", "Mehmet", "Zofia", "Piotr", "Amira", "Youssef", "Elif", "Nikola", "Mira", "Ole",
    ),
    "BR": (
        "Ana", "João", "Maria", "Pedro", "Beatriz", "Lucas", "Camila", "Rafael", "Juliana",
        "Gabriel", "Fernanda", "Thiago", "Larissa", "Bruno", "Aline", "Felipe", "Patrícia",
        "Rodrigo", "Luana", "Marcelo", "Tânia", "Vinícius", "Débora", "Caio", "Sílvia", "Iara",
    ),
}  # fmt: skip
FAMILY = {
    "DE": (
        "Ahrens", "Behrens", "Claussen", "Dierksen", "Engel", "Frahm", "Gerdes", "Hansen",
        "Iversen", "Janssen", "Kröger", "Lorenzen", "Martens", "Nissen", "Oltmann", "Petersen",
        "Quast", "Rohde", "Sievers", "Thomsen", "Ulrich", "Voss", "Wulff", "Yilmaz", "Zimmer",
    ),
    "BR": (
        "Almeida", "Barbosa", "Cardoso", "Duarte", "Esteves", "Ferreira", "Gonçalves", "Lima",
        "Machado", "Nascimento", "Oliveira", "Pereira", "Queiroz", "Ribeiro", "Santana",
        "Teixeira", "Vasconcelos", "Xavier", "Araújo", "Moreira", "Rocha", "Figueiredo",
    ),
}  # fmt: skip
CITIES = {
    "DE": (("20095", "Hamburg"), ("23552", "Lübeck"), ("28195", "Bremen"), ("24103", "Kiel")),
    "BR": (("01310-100", "São Paulo"), ("40020-000", "Salvador"), ("90010-150", "Porto Alegre")),
}
STREETS = {"DE": "Deichstraße", "BR": "Rua das Palmeiras"}
LATIN = str.maketrans("áâãçéêíóôõúüöäß", "aaaceeiooouuoas")
MINORS = 0.01


@dataclass(frozen=True, slots=True)
class Invention:
    """Where invented people come from: a country and a source of chance."""

    country: str
    chance: Generator

    def pick(self, items: tuple[str, ...]) -> str:
        return items[int(self.chance.integers(len(items)))]

    def identity(self, number: int) -> dict[str, object]:
        """Somebody; the number makes the address theirs alone. One in a hundred is a minor."""
        given, family = self.pick(GIVEN[self.country]), self.pick(FAMILY[self.country])
        postal_code, city = CITIES[self.country][
            int(self.chance.integers(len(CITIES[self.country])))
        ]
        mailbox = f"{given}.{family}.{number}".lower().translate(LATIN)
        return {
            "given_names": given,
            "family_name": family,
            "birth_date": self._birth_date(),
            "email": f"{mailbox}@mail.example",
            "address": {
                "line1": f"{STREETS[self.country]} {1 + int(self.chance.integers(200))}",
                "postal_code": postal_code,
                "city": city,
                "country": self.country,
            },
        }

    def _birth_date(self) -> str:
        minor = self.chance.random() < MINORS
        year = 2011 if minor else int(self.chance.integers(1950, 2006))
        return (
            f"{year}-{int(self.chance.integers(1, 13)):02d}-{int(self.chance.integers(1, 29)):02d}"
        )
