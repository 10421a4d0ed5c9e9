"""Django's PostgreSQL backend, told that a primary key is not the whole key (see base)."""
