"""The commands that are carried out without a server: train, evaluate, runs. They know no web."""
