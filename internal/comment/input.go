package comment

import (
	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// AddCommentInput is what Add takes.
type AddCommentInput struct {
	SubjectID id.Any
	Body      string
}

// AddCommentPayload is the answer of Add.
type AddCommentPayload struct {
	Comment    *Comment
	UserErrors []*errs.UserError
}

// UpdateCommentInput is what Update takes: what is absent stays.
type UpdateCommentInput struct {
	ID        id.Comment
	Body      graphql.Omittable[*string]
	IfVersion *int32
}

// UpdateCommentPayload is the answer of Update.
type UpdateCommentPayload struct {
	Comment    *Comment
	UserErrors []*errs.UserError
}

// DeleteCommentInput is what Delete takes.
type DeleteCommentInput struct {
	ID        id.Comment
	IfVersion *int32
}

// DeleteCommentPayload is the answer of Delete.
type DeleteCommentPayload struct {
	DeletedID  *id.Comment
	UserErrors []*errs.UserError
}
