"""Dialogs, only where a person must decide before anything is lost."""
