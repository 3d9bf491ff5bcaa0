// Package program serves programmes, their cohorts and the memberships of these.
//
// A programme belongs to everybody. A cohort is PUBLIC or seen by its members
// only, and so is all that belongs to it.
//
// Errors: NOT_FOUND for what is absent or unseen, those of package page for
// lists.
package program

import (
	"time"

	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/markdown"
	"github.com/project-nexus/nexus/internal/page"
)

// Program is a course of study.
type Program struct {
	ID          id.Program
	Slug        string
	Title       string
	FoldedTitle string
	Provider    *string
	Overview    *string
	Version     int32
	CreatedAt   time.Time
	UpdatedAt   time.Time
	DeletedAt   *time.Time
	HiddenAt    *time.Time
	EditedAt    *time.Time
}

// IsNode marks a GraphQL Node.
func (*Program) IsNode() {}

// IsModerationSubject marks something that is hidden or restored.
func (*Program) IsModerationSubject() {}

// OverviewHTML returns the overview as sanitised HTML.
func (p *Program) OverviewHTML() *string { return markdown.Optional(p.Overview) }

// ProgramFilter says which programmes to list.
type ProgramFilter struct {
	Technology *string
}

// ProgramOrderField is what programmes can be ordered by.
type ProgramOrderField string

// The fields of an order of programmes.
const (
	OrderTitle            ProgramOrderField = "TITLE"
	OrderProgramCreatedAt ProgramOrderField = "CREATED_AT"
)

// ProgramOrder is an order of programmes.
type ProgramOrder = page.Order[ProgramOrderField]

// ProgramConnection is a page of programmes.
type ProgramConnection = page.Connection[*Program]

// ProgramEdge is one item of a page of programmes.
type ProgramEdge = page.Edge[*Program]
