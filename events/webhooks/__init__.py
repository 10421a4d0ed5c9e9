"""Webhooks, pure: types of messages, what they say, how they are signed, sent and retried."""
