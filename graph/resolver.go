// Package graph is the GraphQL edge: resolvers of one line that call a service
// or load a relation, the table of relations, and the place where an error
// becomes a response.
//
// Frames of the resolvers and everything in generated/ are written by gqlgen
// from schema/; `make generate` brings them up to date.
package graph

import (
	"github.com/project-nexus/nexus/internal/account"
	"github.com/project-nexus/nexus/internal/bookmark"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/challenge/resolution"
	"github.com/project-nexus/nexus/internal/collaboration"
	"github.com/project-nexus/nexus/internal/comment"
	"github.com/project-nexus/nexus/internal/concept"
	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/follow"
	"github.com/project-nexus/nexus/internal/importer/publish"
	"github.com/project-nexus/nexus/internal/moderation"
	"github.com/project-nexus/nexus/internal/notification"
	"github.com/project-nexus/nexus/internal/practice"
	"github.com/project-nexus/nexus/internal/program"
	"github.com/project-nexus/nexus/internal/program/invitation"
	"github.com/project-nexus/nexus/internal/search"
	"github.com/project-nexus/nexus/internal/technology"
	"github.com/project-nexus/nexus/internal/user"
	"github.com/project-nexus/nexus/internal/vote"
)

// Services answer the schema.
type Services struct {
	Accounts      *account.Service
	Bookmarks     *bookmark.Service
	Challenges    *challenge.Service
	Collaboration *collaboration.Service
	Comments      *comment.Service
	Concepts      *concept.Service
	Documents     *document.Service
	Events        *event.Log
	Follows       *follow.Service
	Invitations   *invitation.Service
	Notifications *notification.Service
	Moderation    *moderation.Service
	Practices     *practice.Service
	Programs      *program.Service
	Publishing    *publish.Service
	Resolutions   *resolution.Service
	Search        *search.Service
	Technologies  *technology.Service
	Users         *user.Service
	Votes         *vote.Service
}

// Resolver is the root of all resolvers. The services stand in a field of their
// own, as many have the name of a query.
type Resolver struct {
	services Services
	budgets  Budgets
}
