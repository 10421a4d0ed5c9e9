"""Personal data opens with its own key, in its own tenant, in its own place, or not at all."""

import pytest

from tenancy import vault
from tenancy.enter import enter

NAME = b"Ada Lovelace"
PLACE = b"customer/1/name"


@pytest.fixture(autouse=True)
def fresh_keys():
    vault.forget_keys()
    yield
    vault.forget_keys()


@pytest.fixture
def sealed(hanse):
    with enter(hanse.id):
        key = vault.new_wrapped_key(hanse.id)
        return key, vault.seal(hanse.id, key, NAME, PLACE)


def test_what_is_sealed_opens_again(hanse, sealed):
    with enter(hanse.id):
        assert vault.open_sealed(hanse.id, *sealed, PLACE) == NAME
    assert NAME not in sealed[1]


def test_it_opens_nowhere_else_and_with_nothing_else(hanse, aurora, sealed):
    key, data = sealed
    with enter(hanse.id):
        other = vault.new_wrapped_key(hanse.id)
        attempts = [(key, data, b"elsewhere"), (other, data, PLACE), (key, data[:-1], PLACE)]
        for attempt in [*attempts, (b"", data, PLACE), (key, b"", PLACE)]:
            with pytest.raises(vault.CannotOpen):
                vault.open_sealed(hanse.id, *attempt)
    with enter(aurora.id), pytest.raises(vault.CannotOpen):
        vault.open_sealed(aurora.id, key, data, PLACE)


def test_the_same_text_is_sealed_differently_each_time(hanse, sealed):
    with enter(hanse.id):
        assert vault.seal(hanse.id, sealed[0], NAME, PLACE) != sealed[1]


def test_a_blind_index_finds_within_a_lender_and_says_nothing_to_another(hanse, aurora):
    with enter(hanse.id):
        ours = vault.blind_index(hanse.id, "email", "ada@example.org")
        assert ours == vault.blind_index(hanse.id, "email", "ada@example.org")
        assert ours != vault.blind_index(hanse.id, "phone", "ada@example.org")
    with enter(aurora.id):
        assert ours != vault.blind_index(aurora.id, "email", "ada@example.org")


def test_another_master_key_opens_nothing(hanse, sealed, settings):
    vault.forget_keys()
    settings.ASSAY_MASTER_KEY = "A" * 43 + "="
    with enter(hanse.id), pytest.raises(vault.CannotOpen):
        vault.open_sealed(hanse.id, *sealed, PLACE)


def test_unwrapped_keys_are_kept_for_the_process(hanse, sealed, django_assert_num_queries):
    with enter(hanse.id), django_assert_num_queries(0):
        vault.open_sealed(hanse.id, *sealed, PLACE)


def test_a_salted_hash_needs_its_salt():
    salt = vault.new_salt()
    assert vault.salted_hash(salt, NAME) == vault.salted_hash(salt, NAME)
    assert vault.salted_hash(salt, NAME) != vault.salted_hash(vault.new_salt(), NAME)
