"""The statement in the window: a dialog asks for the period, a job adds up, the dialog shows it."""
