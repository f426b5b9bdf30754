"""The whole portal on one machine, run as production runs it: `make demo`."""
