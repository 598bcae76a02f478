"""What happens around the window: only one of it, and the record of how the last run ended."""
