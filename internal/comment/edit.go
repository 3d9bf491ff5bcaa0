package comment

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// What happens to comments; the parent is what they are about.
const (
	EventAdded   event.Kind = "comment.added"
	EventUpdated event.Kind = "comment.updated"
	EventDeleted event.Kind = "comment.deleted"
)

// editable are the rows of comments for package edit.
func editable() edit.Table { return edit.Table{What: "comment", Rows: auth.CommentRows()} }

// Add comments on something that the actor sees, members of its cohort or not.
func (s *Service) Add(ctx context.Context, input AddCommentInput) (*AddCommentPayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return nil, err
	}
	if edit.IsBlank(input.Body) {
		return nil, errs.BadUserInput("This cannot be empty.").At("input", "body")
	}
	c := &Comment{ID: id.New[id.Comment](), AuthorID: actor.User, Body: input.Body, Version: 1}
	subjects, ok := c.about(input.SubjectID)
	if !ok {
		return nil, errs.BadUserInput("Comments are for challenges, solutions, practices and documents.").At("input", "subjectId")
	}
	payload := &AddCommentPayload{}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		home, err := edit.HomeOf(ctx, s.db, subjects, input.SubjectID.UUID, "input", "subjectId")
		if err != nil {
			return err
		}
		if err := s.db.Handle(ctx).Create(c).Error; err != nil {
			return fmt.Errorf("add a comment: %w", database.Translate(err))
		}
		if err := s.record(ctx, EventAdded, c, home, nil); err != nil {
			return err
		}
		payload.Comment, err = s.one(ctx, c.ID)
		return err
	})
	return payload, err
}

// Update changes the text of a comment.
func (s *Service) Update(ctx context.Context, input UpdateCommentInput) (*UpdateCommentPayload, error) {
	payload := &UpdateCommentPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, c *Comment, home *id.Cohort) error {
		var changes edit.Changes
		edit.Required(&changes, "body", "body", input.Body)
		if err := changes.Write(ctx, s.db, editable(), c.ID.UUID); err != nil {
			return err
		}
		if len(changes.Fields()) > 0 {
			if err := s.record(ctx, EventUpdated, c, home, changes.Fields()); err != nil {
				return err
			}
		}
		var err error
		payload.Comment, err = s.one(ctx, c.ID)
		return err
	})
	return payload, err
}

// Delete takes a comment away.
func (s *Service) Delete(ctx context.Context, input DeleteCommentInput) (*DeleteCommentPayload, error) {
	payload := &DeleteCommentPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, c *Comment, home *id.Cohort) error {
		payload.DeletedID = &c.ID
		if err := edit.Delete(ctx, s.db, editable(), c.ID.UUID); err != nil {
			return err
		}
		return s.record(ctx, EventDeleted, c, home, nil)
	})
	return payload, err
}

// change runs work on a comment that the actor may edit, and the cohort that it
// belongs to, in a transaction in which nobody else changes the comment.
func (s *Service) change(ctx context.Context, key id.Comment, ifVersion *int32, work func(context.Context, *Comment, *id.Cohort) error) error {
	if _, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		c, standing, err := edit.Take[Comment](ctx, s.db, editable(), key.UUID, "input", "id")
		switch {
		case err != nil:
			return err
		case !standing.Edits():
			return auth.Forbidden("Only its author may change this comment.")
		}
		if err := edit.Unchanged(c.Version, ifVersion); err != nil {
			return err
		}
		home, err := edit.HomeOf(ctx, s.db, editable(), key.UUID, "input", "id")
		if err != nil {
			return err
		}
		return work(ctx, c, home)
	})
}

// record writes what happened to a comment into the change log.
func (s *Service) record(ctx context.Context, kind event.Kind, c *Comment, home *id.Cohort, fields []string) error {
	subject := c.SubjectID()
	return event.Record(ctx, s.db, event.Change{Kind: kind, Subject: id.AnyOf(c.ID), Parent: &subject, Cohort: home, Fields: fields})
}

// one returns a comment as the actor sees it now.
func (s *Service) one(ctx context.Context, key id.Comment) (*Comment, error) {
	found, err := s.ByIDs(ctx, []id.Comment{key})
	return found[key], err
}
