"""Operations on sources and users, one per module. The admin, the REST API and commands call them."""
