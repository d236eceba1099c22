"""SWAN's command language as data: what each command consists of, and what follows from that."""
