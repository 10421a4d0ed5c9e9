from events.services.export import chain_export
from events.services.record import event_record
from events.services.seal import seal_chain

__all__ = ["chain_export", "event_record", "seal_chain"]
