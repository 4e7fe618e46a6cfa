"""The training itself: PyTorch and one thread for each run. Knows no web."""
