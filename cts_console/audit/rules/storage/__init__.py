"""Rules about space."""
