from tenancy.errors import DomainError


class BrokenChain(DomainError):
    """The recorded events contradict each other, their head or a seal."""

    default_code = "broken_chain"
