"""Boundary Lab: a server that trains small neural networks and streams their decision boundaries."""
