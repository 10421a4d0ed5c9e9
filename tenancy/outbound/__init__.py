"""Speaking to machines outside the house at addresses that somebody typed in. Pure."""
