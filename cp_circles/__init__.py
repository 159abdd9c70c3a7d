"""CP Circles, the platform of the cleaner-production circle movement (清洁生产小组平台)."""
