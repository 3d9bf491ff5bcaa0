// Package collaboration serves what helps people to work together: tips and
// the channels where they talk.
//
// Both belong to a cohort or to nobody, which decides who sees them. When a
// later revision of their document lacks them they are unseen, unless a person
// has edited them.
//
// Errors: those of package page.
package collaboration

import (
	"time"

	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/markdown"
	"github.com/project-nexus/nexus/internal/page"
)

// Tip is advice on working together.
type Tip struct {
	ID         id.Tip
	Body       string
	AuthorID   *id.User
	CohortID   *id.Cohort
	DocumentID *id.Document
	FirstLine  *int32
	LastLine   *int32
	Version    int32
	CreatedAt  time.Time
	UpdatedAt  time.Time
	DeletedAt  *time.Time
	HiddenAt   *time.Time
	EditedAt   *time.Time
	MissingAt  *time.Time
}

// IsNode marks a GraphQL Node.
func (*Tip) IsNode() {}

// IsModerationSubject marks something that is hidden or restored.
func (*Tip) IsModerationSubject() {}

// BodyHTML returns the advice as sanitised HTML.
func (t *Tip) BodyHTML() string { return markdown.HTML(t.Body) }

// TipOrderField is what tips can be ordered by.
type TipOrderField string

// OrderTipCreatedAt orders by time.
const OrderTipCreatedAt TipOrderField = "CREATED_AT"

// TipOrder is an order of tips.
type TipOrder = page.Order[TipOrderField]

// TipConnection is a page of tips.
type TipConnection = page.Connection[*Tip]

// TipEdge is one item of a page of tips.
type TipEdge = page.Edge[*Tip]
