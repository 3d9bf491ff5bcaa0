package collaboration

import (
	"time"

	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// ChannelKind is the service that a channel is on.
type ChannelKind string

// The kinds.
const (
	Discord ChannelKind = "DISCORD"
	Slack   ChannelKind = "SLACK"
	GitHub  ChannelKind = "GITHUB"
	Other   ChannelKind = "OTHER"
)

// Channel is a place where people talk.
type Channel struct {
	ID         id.Channel
	Name       string
	Kind       ChannelKind
	URL        *string
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
func (*Channel) IsNode() {}

// IsModerationSubject marks something that is hidden or restored.
func (*Channel) IsModerationSubject() {}

// ChannelFilter says which channels to list.
type ChannelFilter struct {
	Kinds []ChannelKind
}

// ChannelOrderField is what channels can be ordered by.
type ChannelOrderField string

// The fields of an order of channels.
const (
	OrderName             ChannelOrderField = "NAME"
	OrderChannelCreatedAt ChannelOrderField = "CREATED_AT"
)

// ChannelOrder is an order of channels.
type ChannelOrder = page.Order[ChannelOrderField]

// ChannelConnection is a page of channels.
type ChannelConnection = page.Connection[*Channel]

// ChannelEdge is one item of a page of channels.
type ChannelEdge = page.Edge[*Channel]
