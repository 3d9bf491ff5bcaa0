package search

import "github.com/project-nexus/nexus/internal/database"

// Service searches the hub.
type Service struct{ db *database.DB }

// New returns a Service on db.
func New(db *database.DB) *Service { return &Service{db} }
