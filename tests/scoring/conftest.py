from tests.cast import aurora, hanse, hanse_twin
from tests.cast_scoring import personal_loan, store_card

__all__ = ["aurora", "hanse", "hanse_twin", "personal_loan", "store_card"]
