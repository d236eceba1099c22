"""SWAN: waves in coastal regions, estuaries and lakes."""
