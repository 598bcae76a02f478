"""Rules about damage."""
