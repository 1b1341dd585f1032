"""Every operation's value and derivatives, by oracles, identities, conventions and peers."""
