package bookmark

import (
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// AddBookmarkInput is what Add takes.
type AddBookmarkInput struct{ SubjectID id.Any }

// AddBookmarkPayload is the answer of Add.
type AddBookmarkPayload struct {
	Bookmark   *Bookmark
	UserErrors []*errs.UserError
}

// RemoveBookmarkInput is what Remove takes.
type RemoveBookmarkInput struct{ SubjectID id.Any }

// RemoveBookmarkPayload is the answer of Remove.
type RemoveBookmarkPayload struct {
	DeletedID  *id.Bookmark
	SubjectID  *id.Any
	UserErrors []*errs.UserError
}
