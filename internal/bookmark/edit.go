package bookmark

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

// What happens to bookmarks. The events belong to no cohort: nobody hears of them.
const (
	EventCreated event.Kind = "bookmark.created"
	EventDeleted event.Kind = "bookmark.deleted"
)

// Add keeps something that the actor sees. What is kept already stays as it is.
func (s *Service) Add(ctx context.Context, input AddBookmarkInput) (*AddBookmarkPayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return nil, err
	}
	rows, err := subject(input.SubjectID)
	if err != nil {
		return nil, err
	}
	payload := &AddBookmarkPayload{}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		if err := edit.Sees(ctx, s.db, rows, input.SubjectID.UUID, "input", "subjectId"); err != nil {
			return err
		}
		fresh := id.New[id.Bookmark]()
		added := s.db.Handle(ctx).Exec(`INSERT INTO bookmark (id, user_id, `+rows.Table+`_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
			fresh, *actor.User, input.SubjectID.UUID)
		if added.Error != nil {
			return fmt.Errorf("add a bookmark: %w", database.Translate(added.Error))
		}
		if added.RowsAffected > 0 {
			if err := event.Record(ctx, s.db, event.Change{Kind: EventCreated, Subject: id.AnyOf(fresh)}); err != nil {
				return err
			}
		}
		var kept []*Bookmark
		err := s.db.Handle(ctx).Where("user_id = ? AND "+rows.Table+"_id = ?", *actor.User, input.SubjectID.UUID).
			Select("id", "user_id", "challenge_id", "solution_id", "practice_id", "document_id", "created_at").Find(&kept).Error
		if err != nil {
			return fmt.Errorf("read a bookmark: %w", database.Translate(err))
		}
		if len(kept) == 0 {
			return errs.Conflict("The bookmark was removed at the same time.").At("input", "subjectId")
		}
		payload.Bookmark = kept[0]
		return nil
	})
	return payload, err
}

// Remove forgets a bookmark of the actor, also of what they do not see
// any more. Where there is none of what they see, nothing happens.
func (s *Service) Remove(ctx context.Context, input RemoveBookmarkInput) (*RemoveBookmarkPayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return nil, err
	}
	rows, err := subject(input.SubjectID)
	if err != nil {
		return nil, err
	}
	payload := &RemoveBookmarkPayload{SubjectID: &input.SubjectID}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		var gone []id.Bookmark
		err := s.db.Handle(ctx).Raw(`DELETE FROM bookmark WHERE user_id = ? AND `+rows.Table+`_id = ? RETURNING id`,
			*actor.User, input.SubjectID.UUID).Scan(&gone).Error
		if err != nil {
			return database.Translate(err)
		}
		if len(gone) == 0 {
			return edit.Sees(ctx, s.db, rows, input.SubjectID.UUID, "input", "subjectId")
		}
		payload.DeletedID = &gone[0]
		return event.Record(ctx, s.db, event.Change{Kind: EventDeleted, Subject: id.AnyOf(gone[0])})
	})
	if err != nil {
		return nil, fmt.Errorf("remove a bookmark: %w", err)
	}
	return payload, nil
}

// subject returns the rows that an id belongs to.
func subject(wanted id.Any) (auth.Rows, error) {
	rows, ok := subjects()[wanted.Prefix]
	if !ok {
		return rows, errs.BadUserInput("Only a challenge, a solution, a practice or a document can have a bookmark.").At("input", "subjectId")
	}
	return rows, nil
}
