package concept

import (
	"context"
	"fmt"
	"strconv"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/slug"
)

// Create adds a concept; admins alone may.
func (s *Service) Create(ctx context.Context, input CreateConceptInput) (*CreateConceptPayload, error) {
	if _, err := auth.Require(ctx, auth.PrincipalAdmin, auth.ScopeWrite); err != nil {
		return nil, err
	}
	payload := &CreateConceptPayload{}
	err := s.alone(ctx, func(ctx context.Context) error {
		t := &Concept{ID: id.New[id.Concept](), Title: input.Title, FoldedTitle: ingest.Fold(input.Title), Version: 1}
		if err := s.free(ctx, t.ID, input.Title, "input", "title"); err != nil {
			return err
		}
		if err := s.chooseSlug(ctx, t, input.Slug); err != nil {
			return err
		}
		if err := s.db.Handle(ctx).Create(t).Error; err != nil {
			return fmt.Errorf("create a concept: %w", database.Translate(err))
		}
		for i, alias := range input.Aliases {
			if err := s.claim(ctx, t, alias, "input", "aliases", strconv.Itoa(i)); err != nil {
				return err
			}
		}
		if err := s.record(ctx, EventCreated, t.ID, nil); err != nil {
			return err
		}
		var err error
		payload.Concept, err = s.one(ctx, t.ID)
		return err
	})
	return payload, err
}

// chooseSlug gives a new concept the slug that the input wants, else the first
// free one for its name.
func (s *Service) chooseSlug(ctx context.Context, t *Concept, wanted *string) error {
	candidates := slug.Candidates(t.Title)
	if wanted != nil {
		candidates = []string{*wanted}
	}
	var taken []string
	err := s.db.Handle(ctx).Raw(`SELECT slug FROM concept WHERE deleted_at IS NULL AND slug = ANY(CAST(? AS text[]))`,
		database.Texts(candidates)).Scan(&taken).Error
	switch {
	case err != nil:
		return fmt.Errorf("look up slugs: %w", database.Translate(err))
	case wanted == nil:
		t.Slug = slug.Assign([]string{t.Title}, taken)[0]
	case len(taken) > 0:
		return errs.Conflict("Another concept has this slug.").At("input", "slug")
	default:
		t.Slug = *wanted
	}
	return nil
}
