package technology

import (
	"context"
	"fmt"
	"strconv"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/slug"
)

// Create adds a technology; admins alone may.
func (s *Service) Create(ctx context.Context, input CreateTechnologyInput) (*CreateTechnologyPayload, error) {
	if _, err := auth.Require(ctx, auth.PrincipalAdmin, auth.ScopeWrite); err != nil {
		return nil, err
	}
	payload := &CreateTechnologyPayload{}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		t := &Technology{ID: id.New[id.Technology](), Name: input.Name, Category: input.Category, Version: 1}
		if err := s.chooseSlug(ctx, t, input.Slug); err != nil {
			return err
		}
		handle := s.db.Handle(ctx)
		if err := handle.Create(t).Error; err != nil {
			return fmt.Errorf("create a technology: %w", database.Translate(err))
		}
		if err := s.claim(ctx, t.ID, input.Name, "input", "name"); err != nil {
			return err
		}
		for i, alias := range input.Aliases {
			if err := s.claim(ctx, t.ID, alias, "input", "aliases", strconv.Itoa(i)); err != nil {
				return err
			}
		}
		if err := s.record(ctx, EventCreated, t.ID, nil); err != nil {
			return err
		}
		var err error
		payload.Technology, err = s.one(ctx, t.ID)
		return err
	})
	return payload, err
}

// chooseSlug gives a new technology the slug that the input wants, else the first
// free one for its name.
func (s *Service) chooseSlug(ctx context.Context, t *Technology, wanted *string) error {
	candidates := slug.Candidates(t.Name)
	if wanted != nil {
		candidates = []string{*wanted}
	}
	var taken []string
	err := s.db.Handle(ctx).Raw(`SELECT slug FROM technology WHERE deleted_at IS NULL AND slug = ANY(CAST(? AS text[]))`,
		database.Texts(candidates)).Scan(&taken).Error
	switch {
	case err != nil:
		return fmt.Errorf("look up slugs: %w", database.Translate(err))
	case wanted == nil:
		t.Slug = slug.Assign([]string{t.Name}, taken)[0]
	case len(taken) > 0:
		return errs.Conflict("Another technology has this slug.").At("input", "slug")
	default:
		t.Slug = *wanted
	}
	return nil
}
