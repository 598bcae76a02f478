"""The parts of the Bulk tab."""
