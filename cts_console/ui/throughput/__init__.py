"""The parts of the Throughput tab."""
