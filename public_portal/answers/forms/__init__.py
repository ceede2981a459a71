"""What is typed on the pages of questions and answers, by readers and by oversight."""
