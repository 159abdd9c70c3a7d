"""What leaves the platform for other eyes: a widget for other sites, a feed of awards, a screen in a hall."""
