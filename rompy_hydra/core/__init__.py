"""Values: times, meshes, hashes, config nodes."""
