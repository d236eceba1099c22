"""How and where a model is executed."""
