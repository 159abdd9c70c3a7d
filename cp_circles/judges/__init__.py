"""The judges' register: what each judge knows, how they are qualified, where they have ties."""
