import pytest

from config.environment import database_from_url, mail_from_url
from config.supervisor.children import application_environment


def test_a_database_url_is_read_whole() -> None:
    entry = database_from_url("postgresql://role:p%40ss@db.example:6432/assay?sslmode=require")

    assert entry == {
        "NAME": "assay",
        "USER": "role",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }


def test_another_database_is_refused() -> None:
    with pytest.raises(ValueError, match="postgresql://"):
        database_from_url("sqlite:///assay.db")


def test_mail_goes_by_tls_when_the_url_says_so() -> None:
    entry = mail_from_url("smtp+tls://me:secret@mail.example:587")

    assert (entry["EMAIL_USE_TLS"], entry["EMAIL_USE_SSL"]) == (True, False)
    assert (entry["EMAIL_HOST"], entry["EMAIL_PORT"]) == ("mail.example", 587)


def test_web_workers_and_beat_never_learn_a_privileged_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://assay_owner:secret@db/assay")
    monkeypatch.setenv("ASSAY_ROLE", "owner")

    given = application_environment(
        {"DATABASE_URL": "application's", "DATABASE_ADMIN_URL": "a superuser's"}
    )

    assert given["DATABASE_URL"] == "application's"
    assert not {"DATABASE_OWNER_URL", "DATABASE_ADMIN_URL", "ASSAY_ROLE"} & given.keys()
