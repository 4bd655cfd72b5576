"""DataFrame in, Vega-Lite out, nothing else."""
