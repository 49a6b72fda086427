"""From a bill that is late to the light that is on again: reminders, the lawful steps before stopping, reconnection."""
