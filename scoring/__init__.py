"""Models in production: what they score, learn from, and who was in charge when."""
