package access

// protectedColumns are those that no input may set by their name.
func protectedColumns() []string {
	return []string{
		"id", "role", "score", "accepted", "status", "visibility", "created_at", "deleted_at", "hidden_at", "missing_at", "joined_at",
		"author_id", "owner_id", "user_id", "cohort_id", "program_id", "document_id", "challenge_id", "duplicate_of_id",
		"email", "folded_email", "password_hash", "token_hash", "disabled_at", "revoked_at", "expires_at", "ends_at",
	}
}
