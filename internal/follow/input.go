package follow

import (
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// FollowInput is what Follow takes.
type FollowInput struct{ SubjectID id.Any }

// FollowPayload is the answer of Follow.
type FollowPayload struct {
	Follow     *Follow
	UserErrors []*errs.UserError
}

// UnfollowInput is what Unfollow takes.
type UnfollowInput struct{ SubjectID id.Any }

// UnfollowPayload is the answer of Unfollow.
type UnfollowPayload struct {
	DeletedID  *id.Follow
	SubjectID  *id.Any
	UserErrors []*errs.UserError
}
