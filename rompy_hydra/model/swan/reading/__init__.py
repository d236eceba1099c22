"""SWAN's output: what it can write, and all that it wrote as one dataset."""
