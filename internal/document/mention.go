package document

import (
	"time"

	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// Mention is what a document says of one technology or of one concept.
type Mention struct {
	ID           id.Mention
	DocumentID   id.Document
	TechnologyID *id.Technology
	ConceptID    *id.Concept
	Text         string
	FirstLine    int32
	LastLine     int32
	CreatedAt    time.Time
}

// IsNode marks a GraphQL Node.
func (*Mention) IsNode() {}

// MentionOrderField is what mentions can be ordered by.
type MentionOrderField string

// The fields of an order of mentions.
const (
	OrderMentionCreatedAt MentionOrderField = "CREATED_AT"
	OrderFirstLine        MentionOrderField = "FIRST_LINE"
)

// MentionOrder is an order of mentions.
type MentionOrder = page.Order[MentionOrderField]

// MentionConnection is a page of mentions.
type MentionConnection = page.Connection[*Mention]

// MentionEdge is one item of a page of mentions.
type MentionEdge = page.Edge[*Mention]
