"""Access to a case: tracking tokens, e-mail links, receipt codes, encrypted identities."""
