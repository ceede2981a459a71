"""Pages of the questions and answers: for readers, and for those who keep them."""
