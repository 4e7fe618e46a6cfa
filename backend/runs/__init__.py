"""The files of a run: written, and read without trusting them. Knows no web, computes nothing that needs torch."""
