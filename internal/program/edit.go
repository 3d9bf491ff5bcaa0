package program

import (
	"context"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/slug"
)

// What happens to programmes.
const (
	EventCreated event.Kind = "program.created"
	EventUpdated event.Kind = "program.updated"
	EventDeleted event.Kind = "program.deleted"
)

// editable are the rows of programmes for package edit.
func editable() edit.Table {
	return edit.Table{What: "programme", Rows: auth.Rows{Table: "program", Hidden: true}}
}

// Create adds a programme; admins alone may.
func (s *Service) Create(ctx context.Context, input CreateProgramInput) (*CreateProgramPayload, error) {
	if _, err := auth.Require(ctx, auth.PrincipalAdmin, auth.ScopeWrite); err != nil {
		return nil, err
	}
	payload := &CreateProgramPayload{}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		p := &Program{ID: id.New[id.Program](), Title: input.Title, Provider: input.Provider, Overview: input.Overview, Version: 1}
		if err := s.chooseTitle(ctx, p, input.Title); err != nil {
			return err
		}
		if err := s.chooseSlug(ctx, p, input.Slug); err != nil {
			return err
		}
		if err := s.db.Handle(ctx).Create(p).Error; err != nil {
			return wrap("create a programme", err)
		}
		if err := s.record(ctx, EventCreated, p.ID, nil); err != nil {
			return err
		}
		var err error
		payload.Program, err = s.one(ctx, p.ID)
		return err
	})
	return payload, err
}

// chooseTitle sets the folded title; it returns CONFLICT when another programme
// has the same.
func (s *Service) chooseTitle(ctx context.Context, p *Program, title string) error {
	p.FoldedTitle = ingest.Fold(title)
	if p.FoldedTitle == "" {
		return errs.BadUserInput("This has neither letters nor digits.").At("input", "title")
	}
	var taken bool
	err := s.db.Handle(ctx).Raw(`SELECT EXISTS (SELECT FROM program WHERE folded_title = ? AND deleted_at IS NULL AND id <> ?)`, p.FoldedTitle, p.ID).Scan(&taken).Error
	if err == nil && taken {
		return errs.Conflict("Another programme has this title.").At("input", "title")
	}
	return wrap("look up a title", err)
}

// chooseSlug gives a new programme the slug that the input wants, else the first
// free one for its title.
func (s *Service) chooseSlug(ctx context.Context, p *Program, wanted *string) error {
	candidates := slug.Candidates(p.Title)
	if wanted != nil {
		candidates = []string{*wanted}
	}
	var taken []string
	err := s.db.Handle(ctx).Raw(`SELECT slug FROM program WHERE deleted_at IS NULL AND slug = ANY(CAST(? AS text[]))`,
		database.Texts(candidates)).Scan(&taken).Error
	switch {
	case err != nil:
		return wrap("look up slugs", err)
	case wanted == nil:
		p.Slug = slug.Assign([]string{p.Title}, taken)[0]
	case len(taken) > 0:
		return errs.Conflict("Another programme has this slug.").At("input", "slug")
	default:
		p.Slug = *wanted
	}
	return nil
}

// Update changes a programme; its slug stays.
func (s *Service) Update(ctx context.Context, input UpdateProgramInput) (*UpdateProgramPayload, error) {
	payload := &UpdateProgramPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, p *Program) error {
		var changes edit.Changes
		edit.Required(&changes, "title", "title", input.Title)
		edit.Optional(&changes, "provider", "provider", input.Provider)
		edit.Optional(&changes, "overview", "overview", input.Overview)
		if err := changes.Err(); err != nil {
			return err
		}
		if title, ok := input.Title.ValueOK(); ok {
			if err := s.chooseTitle(ctx, p, *title); err != nil {
				return err
			}
			if err := s.db.Handle(ctx).Exec(`UPDATE program SET folded_title = ? WHERE id = ?`, p.FoldedTitle, p.ID).Error; err != nil {
				return wrap("rename a programme", err)
			}
		}
		if err := changes.Write(ctx, s.db, editable(), p.ID.UUID); err != nil {
			return err
		}
		if err := s.record(ctx, EventUpdated, p.ID, changes.Fields()); err != nil {
			return err
		}
		var err error
		payload.Program, err = s.one(ctx, p.ID)
		return err
	})
	return payload, err
}

// Delete takes a programme away that has no cohort any more. Its slug and its
// title are free for another one.
func (s *Service) Delete(ctx context.Context, input DeleteProgramInput) (*DeleteProgramPayload, error) {
	payload := &DeleteProgramPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, p *Program) error {
		var used bool
		err := s.db.Handle(ctx).Raw(`SELECT EXISTS (SELECT FROM cohort WHERE program_id = ? AND deleted_at IS NULL)`, p.ID).Scan(&used).Error
		if err != nil {
			return wrap("look for cohorts", err)
		}
		if used {
			return errs.Conflict("It has cohorts; delete these first.").At("input", "id")
		}
		payload.DeletedID = &p.ID
		if err := edit.Delete(ctx, s.db, editable(), p.ID.UUID); err != nil {
			return err
		}
		return s.record(ctx, EventDeleted, p.ID, nil)
	})
	return payload, err
}

// change runs work on a programme, for admins, in a transaction in which nobody
// else changes it or adds a cohort to it.
func (s *Service) change(ctx context.Context, key id.Program, ifVersion *int32, work func(context.Context, *Program) error) error {
	if _, err := auth.Require(ctx, auth.PrincipalAdmin, auth.ScopeWrite); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		p, _, err := edit.Take[Program](ctx, s.db, editable(), key.UUID, "input", "id")
		if err != nil {
			return err
		}
		if err := edit.Unchanged(p.Version, ifVersion); err != nil {
			return err
		}
		return work(ctx, p)
	})
}

func (s *Service) record(ctx context.Context, kind event.Kind, key id.Program, fields []string) error {
	return event.Record(ctx, s.db, event.Change{Kind: kind, Subject: id.AnyOf(key), Fields: fields})
}

func (s *Service) one(ctx context.Context, key id.Program) (*Program, error) {
	found, err := s.ByIDs(ctx, []id.Program{key})
	return found[key], err
}
