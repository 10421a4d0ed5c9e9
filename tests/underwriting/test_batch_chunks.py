"""A chunk of a file is decided as the API would have decided each of its rows."""

from config.demo.lenders import HANSE_KREDIT
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_underwriting import agreed
from tests.underwriting.batch_files import Finish, decided_as_chunk, demo_bodies, terms_of
from underwriting.models import Application, Decision, PolicyVersion

ROWS = 120


def test_a_chunk_is_decided(hanse: Organization, policy: PolicyVersion) -> None:
    bodies = demo_bodies(HANSE_KREDIT, ROWS)
    finish = Finish()
    done = decided_as_chunk(hanse.id, terms_of("personal-loan", agreed(hanse.id)), bodies, finish)
    print(done.bad[:5], done.outcomes, finish.calls)
    assert len(done.placed) + done.refused == ROWS
    with enter(hanse.id, read_only=True):
        assert Application.objects.count() == len(done.placed)
        assert Decision.objects.count() == len(done.placed)
