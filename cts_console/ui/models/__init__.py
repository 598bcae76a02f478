"""Item models: they serve cached rows and never wait for SQL."""
