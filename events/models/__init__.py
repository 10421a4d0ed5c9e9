from events.models.chain import ChainHead, Checkpoint
from events.models.event import Event

__all__ = ["ChainHead", "Checkpoint", "Event"]
