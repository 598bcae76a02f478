"""The transfer room: tables and queries into files, and files into tables."""
