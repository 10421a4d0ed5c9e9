"""Whose row it is: organizations, database roles, row-level security and the way into a tenant."""
