"""What a panel's common work consists of, as it is asked for."""
