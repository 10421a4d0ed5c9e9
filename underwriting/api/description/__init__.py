"""What the OpenAPI document says beside what the views say of themselves."""
