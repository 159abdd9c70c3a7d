"""The demo season: invented companies and circles, walked through the same services as everybody."""
