"""Rules about engines, coordination, bots, signals and simulated positions."""
