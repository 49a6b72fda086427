"""What is Twilio's own: signatures."""
