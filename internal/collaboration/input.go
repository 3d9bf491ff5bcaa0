package collaboration

import (
	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// CreateTipInput is what CreateTip takes.
type CreateTipInput struct {
	Body     string
	CohortID *id.Cohort
}

// CreateTipPayload is the answer of CreateTip.
type CreateTipPayload struct {
	Tip        *Tip
	UserErrors []*errs.UserError
}

// UpdateTipInput is what UpdateTip takes: what is absent stays.
type UpdateTipInput struct {
	ID        id.Tip
	Body      graphql.Omittable[*string]
	IfVersion *int32
}

// UpdateTipPayload is the answer of UpdateTip.
type UpdateTipPayload struct {
	Tip        *Tip
	UserErrors []*errs.UserError
}

// DeleteTipInput is what DeleteTip takes.
type DeleteTipInput struct {
	ID        id.Tip
	IfVersion *int32
}

// DeleteTipPayload is the answer of DeleteTip.
type DeleteTipPayload struct {
	DeletedID  *id.Tip
	UserErrors []*errs.UserError
}

// CreateChannelInput is what CreateChannel takes.
type CreateChannelInput struct {
	Name     string
	Kind     ChannelKind
	URL      *string
	CohortID *id.Cohort
}

// CreateChannelPayload is the answer of CreateChannel.
type CreateChannelPayload struct {
	Channel    *Channel
	UserErrors []*errs.UserError
}

// UpdateChannelInput is what UpdateChannel takes: what is absent stays, null
// clears.
type UpdateChannelInput struct {
	ID        id.Channel
	Name      graphql.Omittable[*string]
	Kind      graphql.Omittable[*ChannelKind]
	URL       graphql.Omittable[*string]
	IfVersion *int32
}

// UpdateChannelPayload is the answer of UpdateChannel.
type UpdateChannelPayload struct {
	Channel    *Channel
	UserErrors []*errs.UserError
}

// DeleteChannelInput is what DeleteChannel takes.
type DeleteChannelInput struct {
	ID        id.Channel
	IfVersion *int32
}

// DeleteChannelPayload is the answer of DeleteChannel.
type DeleteChannelPayload struct {
	DeletedID  *id.Channel
	UserErrors []*errs.UserError
}
