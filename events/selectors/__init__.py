from events.selectors.chain import ChainReport, verify_chain
from events.selectors.timeline import events_about, events_after

__all__ = ["ChainReport", "events_about", "events_after", "verify_chain"]
