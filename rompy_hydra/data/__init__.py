"""The road from a source to what a model needs: understood, cut, checked, read in blocks, kept."""
