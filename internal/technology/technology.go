// Package technology serves technologies, one for all their spellings.
//
// Every spelling, the name included, is an alias whose folded form belongs to
// exactly one technology; any of them finds it.
//
// Errors: NOT_FOUND for an unknown spelling, those of package page for lists.
package technology

import (
	"time"

	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// TechnologyCategory is what kind of thing a technology is.
type TechnologyCategory string

// The categories.
const (
	Language  TechnologyCategory = "LANGUAGE"
	Framework TechnologyCategory = "FRAMEWORK"
	Library   TechnologyCategory = "LIBRARY"
	Database  TechnologyCategory = "DATABASE"
	Messaging TechnologyCategory = "MESSAGING"
	Tool      TechnologyCategory = "TOOL"
	Platform  TechnologyCategory = "PLATFORM"
	Standard  TechnologyCategory = "STANDARD"
	Other     TechnologyCategory = "OTHER"
)

// Technology is a named language, framework, database, tool or standard.
type Technology struct {
	ID        id.Technology
	Slug      string
	Name      string
	Category  TechnologyCategory
	Version   int32
	CreatedAt time.Time
	UpdatedAt time.Time
	DeletedAt *time.Time
	EditedAt  *time.Time
	// MergedIntoID is where a deleted technology went that was merged.
	MergedIntoID *id.Technology
}

// IsNode marks a GraphQL Node.
func (*Technology) IsNode() {}

// IsModerationSubject marks something that is hidden or restored.
func (*Technology) IsModerationSubject() {}

// IsFollowSubject marks what can be followed.
func (*Technology) IsFollowSubject() {}

// TechnologyAlias is one spelling of a technology.
type TechnologyAlias struct {
	FoldedName   string `gorm:"primaryKey"`
	TechnologyID id.Technology
	Name         string
}

// TechnologyFilter says which technologies to list.
type TechnologyFilter struct {
	Categories   []TechnologyCategory
	NameContains *string
}

// TechnologyOrderField is what technologies can be ordered by.
type TechnologyOrderField string

// The fields of an order.
const (
	OrderName      TechnologyOrderField = "NAME"
	OrderCreatedAt TechnologyOrderField = "CREATED_AT"
)

// TechnologyOrder is an order of technologies.
type TechnologyOrder = page.Order[TechnologyOrderField]

// TechnologyConnection is a page of technologies.
type TechnologyConnection = page.Connection[*Technology]

// TechnologyEdge is one item of a page of technologies.
type TechnologyEdge = page.Edge[*Technology]
