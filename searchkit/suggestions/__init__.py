"""Words put right, completed, and what else may be asked."""
