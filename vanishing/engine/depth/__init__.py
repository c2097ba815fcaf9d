"""How deep a technique still trains: cells, sweeps over them, the shipped table."""
