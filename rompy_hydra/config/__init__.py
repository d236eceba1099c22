"""Composing and checking the configuration; the only place that knows Hydra."""
