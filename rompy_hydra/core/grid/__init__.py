"""Grids and meshes: regular, curvilinear, triangular; their boundaries; the files they come from and go to."""
