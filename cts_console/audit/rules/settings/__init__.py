"""Rules about settings and retention."""
