"""Training, evaluation and export of SameDog's three models (PyTorch side)."""
