"""A witness of transparency logs (C2SP tlog-witness): cosigns that a log only grows. Stands alone; see README.md."""
