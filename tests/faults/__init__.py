"""Faults that the server survives, each with the standing assertions: nobody else notices."""
