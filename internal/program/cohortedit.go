package program

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// What happens to cohorts.
const (
	EventCohortCreated event.Kind = "cohort.created"
	EventCohortUpdated event.Kind = "cohort.updated"
	EventCohortDeleted event.Kind = "cohort.deleted"
)

// EditableCohorts are the rows of cohorts for package edit.
func EditableCohorts() edit.Table {
	return edit.Table{
		What: "cohort", Rows: auth.Rows{Table: "cohort", Home: "cohort.id"}, Visible: func(ctx context.Context) clause.Expr { return auth.VisibleCohort(ctx, "cohort") },
	}
}

// people are the rows of people for package edit.
func people() edit.Table { return edit.Table{What: "user", Rows: auth.Rows{Table: "app_user"}} }

// CreateCohort adds a cohort to a programme, with these people as its staff;
// admins alone may.
func (s *Service) CreateCohort(ctx context.Context, input CreateCohortInput) (*CreateCohortPayload, error) {
	if _, err := auth.Require(ctx, auth.PrincipalAdmin, auth.ScopeWrite); err != nil {
		return nil, err
	}
	if edit.IsBlank(input.Name) {
		return nil, errs.BadUserInput("This cannot be empty.").At("input", "name")
	}
	c := &Cohort{
		ID: id.New[id.Cohort](), ProgramID: input.ProgramID, Name: input.Name, StartsOn: input.StartsOn, EndsOn: input.EndsOn,
		Visibility: input.Visibility, Version: 1,
	}
	payload := &CreateCohortPayload{}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		// Locked, so that the programme is not deleted meanwhile.
		if _, _, err := edit.Take[Program](ctx, s.db, editable(), input.ProgramID.UUID, "input", "programId"); err != nil {
			return err
		}
		if err := s.check(ctx, c); err != nil {
			return err
		}
		if err := s.db.Handle(ctx).Create(c).Error; err != nil {
			return wrap("create a cohort", err)
		}
		if err := s.recordCohort(ctx, EventCohortCreated, c.ID, nil); err != nil {
			return err
		}
		if err := edit.Exist(ctx, s.db, people(), input.StaffIDs, "input", "staffIds"); err != nil {
			return err
		}
		for _, person := range input.StaffIDs {
			if _, err := s.Add(ctx, c.ID, person, Staff); err != nil {
				return err
			}
		}
		var err error
		payload.Cohort, err = s.oneCohort(ctx, c.ID)
		return err
	})
	return payload, err
}

// check returns what is wrong with name and days of a cohort, as they will be.
func (s *Service) check(ctx context.Context, c *Cohort) error {
	if c.StartsOn != nil && c.EndsOn != nil && c.EndsOn.Before(*c.StartsOn) {
		return errs.BadUserInput("The last day is before the first.").At("input", "endsOn")
	}
	var taken bool
	err := s.db.Handle(ctx).Raw(`SELECT EXISTS (SELECT FROM cohort WHERE program_id = ? AND name = ? AND deleted_at IS NULL AND id <> ?)`,
		c.ProgramID, c.Name, c.ID).Scan(&taken).Error
	if err == nil && taken {
		return errs.Conflict("Another cohort of the programme has this name.").At("input", "name")
	}
	return wrap("look up a name", err)
}

// UpdateCohort changes a cohort; its staff may.
func (s *Service) UpdateCohort(ctx context.Context, input UpdateCohortInput) (*UpdateCohortPayload, error) {
	payload := &UpdateCohortPayload{}
	err := s.manage(ctx, input.ID, input.IfVersion, func(ctx context.Context, c *Cohort) error {
		var changes edit.Changes
		edit.Required(&changes, "name", "name", input.Name)
		edit.Optional(&changes, "startsOn", "starts_on", input.StartsOn)
		edit.Optional(&changes, "endsOn", "ends_on", input.EndsOn)
		edit.Required(&changes, "visibility", "visibility", input.Visibility)
		if err := changes.Err(); err != nil {
			return err
		}
		if name, ok := input.Name.ValueOK(); ok {
			c.Name = *name
		}
		for day, given := range map[**time.Time]interface{ ValueOK() (*time.Time, bool) }{&c.StartsOn: input.StartsOn, &c.EndsOn: input.EndsOn} {
			if value, ok := given.ValueOK(); ok {
				*day = value
			}
		}
		if err := s.check(ctx, c); err != nil {
			return err
		}
		if err := changes.Write(ctx, s.db, EditableCohorts(), c.ID.UUID); err != nil {
			return err
		}
		if err := s.recordCohort(ctx, EventCohortUpdated, c.ID, changes.Fields()); err != nil {
			return err
		}
		var err error
		payload.Cohort, err = s.oneCohort(ctx, c.ID)
		return err
	})
	return payload, err
}

// DeleteCohort takes a cohort away, with all that belongs to it; its staff may.
func (s *Service) DeleteCohort(ctx context.Context, input DeleteCohortInput) (*DeleteCohortPayload, error) {
	payload := &DeleteCohortPayload{}
	err := s.manage(ctx, input.ID, input.IfVersion, func(ctx context.Context, c *Cohort) error {
		payload.DeletedID = &c.ID
		if err := edit.Delete(ctx, s.db, EditableCohorts(), c.ID.UUID); err != nil {
			return err
		}
		return s.recordCohort(ctx, EventCohortDeleted, c.ID, nil)
	})
	return payload, err
}

// manage runs work on a cohort for its staff, in a transaction in which nobody else
// changes it.
func (s *Service) manage(ctx context.Context, key id.Cohort, ifVersion *int32, work func(context.Context, *Cohort) error) error {
	if _, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		c, standing, err := edit.Take[Cohort](ctx, s.db, EditableCohorts(), key.UUID, "input", "id")
		switch {
		case err != nil:
			return err
		case !standing.Manages():
			return auth.Forbidden("Only the staff of the cohort may do this.")
		}
		if err := edit.Unchanged(c.Version, ifVersion); err != nil {
			return err
		}
		return work(ctx, c)
	})
}

func (s *Service) recordCohort(ctx context.Context, kind event.Kind, key id.Cohort, fields []string) error {
	return event.Record(ctx, s.db, event.Change{Kind: kind, Subject: id.AnyOf(key), Cohort: &key, Fields: fields})
}

func (s *Service) oneCohort(ctx context.Context, key id.Cohort) (*Cohort, error) {
	found, err := s.CohortsByIDs(ctx, []id.Cohort{key})
	return found[key], err
}
