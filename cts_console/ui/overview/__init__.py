"""Parts of the Overview tab."""
