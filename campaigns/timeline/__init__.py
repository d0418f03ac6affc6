"""What campaigns put on the timeline."""
