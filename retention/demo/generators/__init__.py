"""Seeded generators of the demo's data: what they make up is synthetic; what is real says where it comes from."""
