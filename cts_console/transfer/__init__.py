"""The transfer room: files of other programs, read and written."""
