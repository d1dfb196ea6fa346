"""The copilot: listens to a customer conversation and hands the human agent the next best phrase."""
