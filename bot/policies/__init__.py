"""What rules cannot say: interruptions, digressions and the way back, two requests in one sentence (docs/adr/0006)."""
