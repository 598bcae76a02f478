"""Rules about values and references in any table."""
