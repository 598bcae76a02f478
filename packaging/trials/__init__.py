"""What `packaging/try_built.py` tries of a built application, one module a subject."""
