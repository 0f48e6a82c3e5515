"""Rule packs as their owners see them: scenarios that prove them, and what they would change."""
