package concept

import (
	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// CreateConceptInput is what Create takes.
type CreateConceptInput struct {
	Title   string
	Slug    *string
	Aliases []string
}

// CreateConceptPayload is the answer of Create.
type CreateConceptPayload struct {
	Concept    *Concept
	UserErrors []*errs.UserError
}

// UpdateConceptInput is what Update takes: what is absent stays.
type UpdateConceptInput struct {
	ID        id.Concept
	Title     graphql.Omittable[*string]
	IfVersion *int32
}

// UpdateConceptPayload is the answer of Update.
type UpdateConceptPayload struct {
	Concept    *Concept
	UserErrors []*errs.UserError
}

// AddConceptAliasInput is what AddAlias takes.
type AddConceptAliasInput struct {
	ID        id.Concept
	Title     string
	IfVersion *int32
}

// AddConceptAliasPayload is the answer of AddAlias.
type AddConceptAliasPayload struct {
	Concept    *Concept
	UserErrors []*errs.UserError
}

// RemoveConceptAliasInput is what RemoveAlias takes.
type RemoveConceptAliasInput struct {
	ID        id.Concept
	Title     string
	IfVersion *int32
}

// RemoveConceptAliasPayload is the answer of RemoveAlias.
type RemoveConceptAliasPayload struct {
	Concept    *Concept
	UserErrors []*errs.UserError
}

// MergeConceptsInput is what Merge takes.
type MergeConceptsInput struct {
	SourceID  id.Concept
	TargetID  id.Concept
	IfVersion *int32
}

// MergeConceptsPayload is the answer of Merge.
type MergeConceptsPayload struct {
	Concept    *Concept
	DeletedID  *id.Concept
	UserErrors []*errs.UserError
}

// DeleteConceptInput is what Delete takes.
type DeleteConceptInput struct {
	ID        id.Concept
	IfVersion *int32
}

// DeleteConceptPayload is the answer of Delete.
type DeleteConceptPayload struct {
	DeletedID  *id.Concept
	UserErrors []*errs.UserError
}
