"""What the programme says, as dated and sourced facts."""
