// Package notification tells people of what happened to theirs, to what they
// follow, and where they are mentioned: in a list of the API and by mail, as each
// of them prefers.
//
// A job writes the notifications of an event. Invariants: nobody is told of their
// own acts; one event tells one person once, for the most personal of the reasons
// that they want to hear of; nobody is told of what they may not see, when it is
// written and whenever it is read. Notifications are private, admins included.
//
// Errors: NOT_FOUND for a notification that is absent, somebody else's or about
// what is unseen now, BAD_USER_INPUT for preferences that contradict each other.
package notification

import (
	"time"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// EventCreated is the kind of the event of a new notification: its actor is whoever
// caused it. The event belongs to no cohort.
const EventCreated event.Kind = "notification.created"

// NotificationKind is why a person is told.
type NotificationKind string

// The kinds, from the most personal.
const (
	SolutionAccepted   NotificationKind = "SOLUTION_ACCEPTED"
	Mentioned          NotificationKind = "MENTIONED"
	SolutionAdded      NotificationKind = "SOLUTION_ADDED"
	Commented          NotificationKind = "COMMENTED"
	FollowedChallenge  NotificationKind = "FOLLOWED_CHALLENGE"
	FollowedUser       NotificationKind = "FOLLOWED_USER"
	FollowedTechnology NotificationKind = "FOLLOWED_TECHNOLOGY"
)

// kinds are all kinds, in the order of their ranks.
func kinds() []NotificationKind {
	return []NotificationKind{SolutionAccepted, Mentioned, SolutionAdded, Commented, FollowedChallenge, FollowedUser, FollowedTechnology}
}

// NotificationEmail is whether and when a person is told by mail.
type NotificationEmail string

// The ways to be told by mail.
const (
	EmailNone   NotificationEmail = "NONE"
	EmailNow    NotificationEmail = "NOW"
	EmailDigest NotificationEmail = "DIGEST"
)

// Notification is news for one person.
type Notification struct {
	ID          id.Notification
	UserID      id.User
	Kind        NotificationKind
	EventID     id.Event
	ActorID     id.User
	ChallengeID *id.Challenge
	SolutionID  *id.Solution
	PracticeID  *id.Practice
	CommentID   *id.Comment
	InApp       bool
	Email       NotificationEmail
	CreatedAt   time.Time
	ReadAt      *time.Time
}

// IsNode marks a GraphQL Node.
func (*Notification) IsNode() {}

// SubjectID returns the id of what the notification is about.
func (n *Notification) SubjectID() id.Any {
	switch {
	case n.ChallengeID != nil:
		return id.AnyOf(*n.ChallengeID)
	case n.SolutionID != nil:
		return id.AnyOf(*n.SolutionID)
	case n.PracticeID != nil:
		return id.AnyOf(*n.PracticeID)
	default:
		// The database holds that exactly one of the four is set.
		return id.AnyOf(*n.CommentID)
	}
}

// about makes subject what the notification is about.
func (n *Notification) about(subject uuid.UUID, prefix string) {
	switch prefix {
	case id.Challenge{}.Prefix():
		n.ChallengeID = new(id.Of[id.Challenge](subject))
	case id.Solution{}.Prefix():
		n.SolutionID = new(id.Of[id.Solution](subject))
	case id.Practice{}.Prefix():
		n.PracticeID = new(id.Of[id.Practice](subject))
	case id.Comment{}.Prefix():
		n.CommentID = new(id.Of[id.Comment](subject))
	}
}

// NotificationFilter says which notifications to list; all conditions must hold.
type NotificationFilter struct {
	Unread *bool
	Kinds  []NotificationKind
}

// NotificationOrderField is what notifications can be ordered by.
type NotificationOrderField string

// OrderCreatedAt orders by time.
const OrderCreatedAt NotificationOrderField = "CREATED_AT"

// NotificationOrder is an order of notifications.
type NotificationOrder = page.Order[NotificationOrderField]

// NotificationConnection is a page of notifications.
type NotificationConnection = page.Connection[*Notification]

// NotificationEdge is one item of a page of notifications.
type NotificationEdge = page.Edge[*Notification]
