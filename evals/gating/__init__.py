"""Whether a version may be released: two runs beside each other, gates, baselines, summaries."""
