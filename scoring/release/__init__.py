"""What of a result may be shown, so that nobody's marks can be worked out."""
