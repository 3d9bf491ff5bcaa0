// Package follow keeps what a person wants to hear of: technologies, challenges and
// other people.
//
// It is private: nobody else sees who follows what, admins included. What a person
// may not see any more is not listed, and comes back when they may.
//
// Errors: NOT_FOUND for a subject that is absent or unseen, BAD_USER_INPUT for one
// that cannot be followed, those of package page for lists.
package follow

import (
	"time"

	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// Follow says that a person wants to hear of something.
type Follow struct {
	ID             id.Follow
	UserID         id.User
	TechnologyID   *id.Technology
	ChallengeID    *id.Challenge
	FollowedUserID *id.User
	CreatedAt      time.Time
}

// SubjectID returns the id of what is followed.
func (f *Follow) SubjectID() id.Any {
	switch {
	case f.TechnologyID != nil:
		return id.AnyOf(*f.TechnologyID)
	case f.ChallengeID != nil:
		return id.AnyOf(*f.ChallengeID)
	default:
		// The database holds that exactly one of the three is set.
		return id.AnyOf(*f.FollowedUserID)
	}
}

// FollowSubject is what can be followed.
type FollowSubject interface{ IsFollowSubject() }

// FollowOrderField is what follows can be ordered by.
type FollowOrderField string

// OrderCreatedAt orders by time.
const OrderCreatedAt FollowOrderField = "CREATED_AT"

// FollowOrder is an order of follows.
type FollowOrder = page.Order[FollowOrderField]

// FollowConnection is a page of follows.
type FollowConnection = page.Connection[*Follow]

// FollowEdge is one item of a page of follows.
type FollowEdge = page.Edge[*Follow]
