"""Asking others about an applicant: bureau, identity, sanctions and fraud by one contract. Pure."""
