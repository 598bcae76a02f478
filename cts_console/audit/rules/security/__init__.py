"""Rules about secrets, passwords and access."""
