"""A key's life after it was made: rotated with an overlap, changed, retired, revoked."""

from datetime import timedelta
from ipaddress import ip_address

import pytest

from accounts.models import ApiKey
from accounts.services.api_keys import (
    api_key_authenticate,
    api_key_change,
    api_key_create,
    api_key_retire,
    api_key_revoke,
    api_key_rotate,
)
from events.actor import SYSTEM
from events.models import Event
from tenancy.enter import enter
from tenancy.errors import Invalid, NotFound
from tenancy.models import Organization
from tenancy.services import organization_advance_clock
from tests.cast_accounts import RawKey, key_of

DAY = timedelta(days=1)


def rotate(organization: Organization, key: ApiKey, overlap: timedelta = DAY) -> RawKey:
    return api_key_rotate(
        organization_id=organization.id, actor=SYSTEM, api_key_id=key.id, overlap=overlap
    )


def stored(organization: Organization, key: ApiKey) -> ApiKey:
    with enter(organization.id, read_only=True):
        return ApiKey.objects.get(organization_id=organization.id, id=key.id)


def test_both_secrets_work_while_they_overlap(hanse_twin: Organization) -> None:
    key, old = key_of(hanse_twin)
    rotated, new = rotate(hanse_twin, key)
    assert (rotated.retiring_prefix, rotated.prefix) == (old[:16], new[:16])
    first, second = api_key_authenticate(old), api_key_authenticate(new)
    assert first is not None
    assert first == second, "the same key: the same rights, the same rate, the same actor"
    organization_advance_clock(organization_id=hanse_twin.id, by=timedelta(hours=23))
    assert api_key_authenticate(old) == first
    organization_advance_clock(organization_id=hanse_twin.id, by=timedelta(hours=2))
    assert api_key_authenticate(old) is None
    assert api_key_authenticate(new) == first


def test_without_an_overlap_the_old_one_is_dead_at_once(
    hanse: Organization, hanse_key: RawKey
) -> None:
    key, old = hanse_key
    rotated, new = rotate(hanse, key, timedelta(0))
    assert (rotated.retiring_prefix, rotated.retires_at) == (None, None)
    assert api_key_authenticate(old) is None
    assert api_key_authenticate(new) is not None


def test_rotated_again_the_oldest_is_dead(hanse: Organization, hanse_key: RawKey) -> None:
    key, first = hanse_key
    _, second = rotate(hanse, key)
    _, third = rotate(hanse, key)
    working = [api_key_authenticate(raw) is not None for raw in (first, second, third)]
    assert working == [False, True, True]


def test_the_overlap_is_ended_early(hanse: Organization, hanse_key: RawKey) -> None:
    key, old = hanse_key
    _, new = rotate(hanse, key)
    api_key_retire(organization_id=hanse.id, actor=SYSTEM, api_key_id=key.id)
    assert api_key_authenticate(old) is None
    assert api_key_authenticate(new) is not None
    with pytest.raises(NotFound):
        api_key_retire(organization_id=hanse.id, actor=SYSTEM, api_key_id=key.id)


def test_who_still_uses_the_old_one_is_seen(hanse: Organization, hanse_key: RawKey) -> None:
    key, old = hanse_key
    rotate(hanse, key)
    api_key_authenticate(old, ip_address("203.0.113.9"))
    row = stored(hanse, key)
    assert row.retiring_used_at is not None
    assert (row.last_used_at, row.last_used_from) == (None, "203.0.113.0/24")


def test_revoked_both_are_dead(hanse: Organization, hanse_key: RawKey) -> None:
    key, old = hanse_key
    _, new = rotate(hanse, key)
    api_key_revoke(organization_id=hanse.id, actor=SYSTEM, api_key_id=key.id)
    assert api_key_authenticate(old) is None
    assert api_key_authenticate(new) is None
    for again in (lambda: rotate(hanse, key), lambda: change(hanse, key)):
        with pytest.raises(NotFound):
            again()


def change(organization: Organization, key: ApiKey, **wanted: object) -> None:
    given = {
        "name": "renamed",
        "allowed_networks": ["192.0.2.0/24"],
        "rate_per_minute": 60,
        "burst": 10,
        "version": "2026-11-01",
    }
    api_key_change(
        organization_id=organization.id,
        actor=SYSTEM,
        api_key_id=key.id,
        **(given | wanted),  # type: ignore[arg-type]
    )


def test_what_may_change_changes_at_once(hanse: Organization, hanse_key: RawKey) -> None:
    key, raw = hanse_key
    change(hanse, key)
    found = api_key_authenticate(raw)
    assert found is not None
    assert (found.allowed_networks, found.rate_per_minute, found.burst) == (
        ("192.0.2.0/24",),
        60,
        10,
    )
    with enter(hanse.id, read_only=True):
        types = Event.objects.filter(organization_id=hanse.id, subject_id=key.id)
        assert [event.type for event in types] == ["api_key.created", "api_key.changed"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"allowed_networks": ["10.0.0.1/8"]}, "/allowed_networks"),
        ({"allowed_networks": [f"10.0.{n}.0/24" for n in range(51)]}, "/allowed_networks"),
        ({"rate_per_minute": 0}, "/rate_per_minute"),
        ({"burst": 10**9}, "/burst"),
        ({"burst": None}, "/burst"),
        ({"version": "2030-01-01"}, "/version"),
    ],
)
def test_what_cannot_be_is_refused(
    hanse: Organization, hanse_key: RawKey, wrong: dict[str, object], pointer: str
) -> None:
    key, _ = hanse_key
    with pytest.raises(Invalid) as refused:
        change(hanse, key, **wrong)
    assert refused.value.errors[0].pointer == pointer
    assert stored(hanse, key).name == "system"


def test_an_overlap_has_an_end(hanse: Organization, hanse_key: RawKey) -> None:
    key, old = hanse_key
    for overlap in (timedelta(days=31), -DAY):
        with pytest.raises(Invalid):
            rotate(hanse, key, overlap)
    assert api_key_authenticate(old) is not None


def test_another_lenders_key_is_not_found(
    hanse: Organization, aurora: Organization, aurora_key: RawKey
) -> None:
    key, raw = aurora_key
    for attempt in (
        lambda: rotate(hanse, key),
        lambda: change(hanse, key),
        lambda: api_key_revoke(organization_id=hanse.id, actor=SYSTEM, api_key_id=key.id),
        lambda: api_key_retire(organization_id=hanse.id, actor=SYSTEM, api_key_id=key.id),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert api_key_authenticate(raw) is not None
    assert stored(aurora, key).name == "system"


def test_a_clients_secret_opens_nothing_by_itself(hanse: Organization) -> None:
    _, secret = api_key_create(
        organization_id=hanse.id, actor=SYSTEM, name="bank", scopes=["scores"], kind="client"
    )
    assert api_key_authenticate(secret) is None
