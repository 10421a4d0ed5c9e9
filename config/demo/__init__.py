"""The two demo lenders: their documents, people, past loans and first applications."""
