"""The applicant's door: questions from the dictionary, a status page, offers, plain reasons."""
