"""What the Throughput tab is made of."""
