"""The files of a run: written, read, counted. Knows no web, and computes nothing that needs torch."""
