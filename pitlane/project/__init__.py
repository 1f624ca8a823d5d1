"""Project: settings, addresses, the wiring of ports and reactions, the command line; nothing else."""
