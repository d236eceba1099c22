"""The built-in config groups; installed as rompy_hydra.conf."""
