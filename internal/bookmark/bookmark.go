// Package bookmark keeps what a person wants to find again: challenges, solutions,
// practices and documents.
//
// Bookmarks are private: nobody else sees them, admins included. What a person may
// not see any more is not listed, and comes back when they may.
//
// Errors: NOT_FOUND for a subject that is absent or unseen, BAD_USER_INPUT for one
// that cannot have a bookmark, those of package page for lists.
package bookmark

import (
	"time"

	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// Bookmark says that a person wants to find something again.
type Bookmark struct {
	ID          id.Bookmark
	UserID      id.User
	ChallengeID *id.Challenge
	SolutionID  *id.Solution
	PracticeID  *id.Practice
	DocumentID  *id.Document
	CreatedAt   time.Time
}

// SubjectID returns the id of what the bookmark is of.
func (b *Bookmark) SubjectID() id.Any {
	switch {
	case b.ChallengeID != nil:
		return id.AnyOf(*b.ChallengeID)
	case b.SolutionID != nil:
		return id.AnyOf(*b.SolutionID)
	case b.PracticeID != nil:
		return id.AnyOf(*b.PracticeID)
	default:
		// The database holds that exactly one of the four is set.
		return id.AnyOf(*b.DocumentID)
	}
}

// BookmarkSubject is what can have a bookmark.
type BookmarkSubject interface{ IsBookmarkSubject() }

// BookmarkOrderField is what bookmarks can be ordered by.
type BookmarkOrderField string

// OrderCreatedAt orders by time.
const OrderCreatedAt BookmarkOrderField = "CREATED_AT"

// BookmarkOrder is an order of bookmarks.
type BookmarkOrder = page.Order[BookmarkOrderField]

// BookmarkConnection is a page of bookmarks.
type BookmarkConnection = page.Connection[*Bookmark]

// BookmarkEdge is one item of a page of bookmarks.
type BookmarkEdge = page.Edge[*Bookmark]
