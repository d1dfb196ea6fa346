"""What proposes the next phrase: interchangeable siblings behind the Suggester protocol."""
