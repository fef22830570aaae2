"""Documents into an index: one transaction, and files that have changed since the last one."""
