"""Parts of the Audit tab."""
