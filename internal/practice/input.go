package practice

import (
	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// CreatePracticeInput is what Create takes.
type CreatePracticeInput struct {
	Title         string
	Body          string
	CohortID      *id.Cohort
	TechnologyIDs []id.Technology
}

// CreatePracticePayload is the answer of Create.
type CreatePracticePayload struct {
	Practice   *Practice
	UserErrors []*errs.UserError
}

// UpdatePracticeInput is what Update takes: what is absent stays, null clears.
type UpdatePracticeInput struct {
	ID            id.Practice
	Title         graphql.Omittable[*string]
	Body          graphql.Omittable[*string]
	TechnologyIDs graphql.Omittable[[]id.Technology]
	IfVersion     *int32
}

// UpdatePracticePayload is the answer of Update.
type UpdatePracticePayload struct {
	Practice   *Practice
	UserErrors []*errs.UserError
}

// DeletePracticeInput is what Delete takes.
type DeletePracticeInput struct {
	ID        id.Practice
	IfVersion *int32
}

// DeletePracticePayload is the answer of Delete.
type DeletePracticePayload struct {
	DeletedID  *id.Practice
	UserErrors []*errs.UserError
}
