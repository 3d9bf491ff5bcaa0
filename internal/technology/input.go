package technology

import (
	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// CreateTechnologyInput is what Create takes.
type CreateTechnologyInput struct {
	Name     string
	Category TechnologyCategory
	Slug     *string
	Aliases  []string
}

// CreateTechnologyPayload is the answer of Create.
type CreateTechnologyPayload struct {
	Technology *Technology
	UserErrors []*errs.UserError
}

// UpdateTechnologyInput is what Update takes: what is absent stays.
type UpdateTechnologyInput struct {
	ID        id.Technology
	Name      graphql.Omittable[*string]
	Category  graphql.Omittable[*TechnologyCategory]
	IfVersion *int32
}

// UpdateTechnologyPayload is the answer of Update.
type UpdateTechnologyPayload struct {
	Technology *Technology
	UserErrors []*errs.UserError
}

// AddTechnologyAliasInput is what AddAlias takes.
type AddTechnologyAliasInput struct {
	ID        id.Technology
	Name      string
	IfVersion *int32
}

// AddTechnologyAliasPayload is the answer of AddAlias.
type AddTechnologyAliasPayload struct {
	Technology *Technology
	UserErrors []*errs.UserError
}

// RemoveTechnologyAliasInput is what RemoveAlias takes.
type RemoveTechnologyAliasInput struct {
	ID        id.Technology
	Name      string
	IfVersion *int32
}

// RemoveTechnologyAliasPayload is the answer of RemoveAlias.
type RemoveTechnologyAliasPayload struct {
	Technology *Technology
	UserErrors []*errs.UserError
}

// MergeTechnologiesInput is what Merge takes.
type MergeTechnologiesInput struct {
	SourceID  id.Technology
	TargetID  id.Technology
	IfVersion *int32
}

// MergeTechnologiesPayload is the answer of Merge.
type MergeTechnologiesPayload struct {
	Technology *Technology
	DeletedID  *id.Technology
	UserErrors []*errs.UserError
}

// DeleteTechnologyInput is what Delete takes.
type DeleteTechnologyInput struct {
	ID        id.Technology
	IfVersion *int32
}

// DeleteTechnologyPayload is the answer of Delete.
type DeleteTechnologyPayload struct {
	DeletedID  *id.Technology
	UserErrors []*errs.UserError
}
