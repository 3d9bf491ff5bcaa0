package importer

import (
	"context"
	"strings"
	"time"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/importer/hub"
	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/program"
	"github.com/project-nexus/nexus/internal/user"
)

// handles looks up every handle that the import names. A hub that refers to
// somebody who neither exists nor is declared fails.
func (r *run) checkHandles(ctx context.Context, folders []*folder) (failed map[*folder]*FileResult, err error) {
	var handles []string
	for _, f := range folders {
		if f.hub != nil {
			for handle := range f.hub.Handles {
				handles = append(handles, handle)
			}
		}
	}
	known, err := r.Users.IDsByHandle(ctx, handles)
	if err != nil {
		return nil, err
	}
	failed = map[*folder]*FileResult{}
	for _, f := range folders {
		if f.hub == nil {
			continue
		}
		for handle, place := range f.hub.Handles {
			if _, exists := known[strings.ToLower(handle)]; !exists && !f.hub.Declares(handle) {
				err := errs.BadUserInput("%s is %q, whom neither this file nor the hub knows", place, handle)
				failed[f] = &FileResult{Path: f.Hub.Path, Outcome: Failed, Err: err}
				break
			}
		}
	}
	return failed, nil
}

// create makes the users, cohorts and memberships that the hubs declare, as far
// as they are absent, in one transaction.
func (r *run) create(ctx context.Context, folders []*folder) error {
	return r.DB.InTx(ctx, func(ctx context.Context) error {
		at := time.Now().UTC()
		for _, f := range folders {
			if f.hub == nil {
				continue
			}
			if err := r.Users.Ensure(ctx, usersOf(f.hub, at)); err != nil {
				return err
			}
			if err := r.createCohorts(ctx, f.hub, at); err != nil {
				return err
			}
		}
		return nil
	})
}

func usersOf(h *hub.Hub, at time.Time) []*user.User {
	users := make([]*user.User, len(h.Users))
	for i, u := range h.Users {
		users[i] = &user.User{
			ID: id.New[id.User](), Handle: u.Handle, DisplayName: u.DisplayName, Bio: optional(u.Bio),
			Role: user.RoleUser, Version: 1, CreatedAt: at, UpdatedAt: at,
		}
	}
	return users
}

func (r *run) createCohorts(ctx context.Context, h *hub.Hub, at time.Time) error {
	var cohorts []*program.Cohort
	for _, c := range h.Cohorts {
		programID, err := r.Programs.Ensure(ctx, c.Program, at)
		if err != nil {
			return err
		}
		cohorts = append(cohorts, &program.Cohort{
			ID: id.New[id.Cohort](), ProgramID: programID, Name: c.Name, StartsOn: day(c.StartsOn), EndsOn: day(c.EndsOn),
			Visibility: program.CohortVisibility(c.Visibility), Version: 1, CreatedAt: at, UpdatedAt: at,
		})
	}
	if err := r.Programs.EnsureCohorts(ctx, cohorts); err != nil {
		return err
	}
	var handles []string
	for handle := range h.Handles {
		handles = append(handles, handle)
	}
	users, err := r.Users.IDsByHandle(ctx, handles)
	if err != nil {
		return err
	}
	var members []*program.Membership
	for i, c := range h.Cohorts {
		cohort, _, err := r.Programs.CohortNamed(ctx, cohorts[i].ProgramID, c.Name)
		if err != nil {
			return err
		}
		for _, m := range c.Members {
			members = append(members, &program.Membership{
				ID: id.New[id.Membership](), CohortID: cohort.ID, UserID: users[strings.ToLower(m.Handle)],
				Role: program.MembershipRole(m.Role), JoinedAt: at,
			})
		}
	}
	return r.Programs.EnsureMembers(ctx, members)
}

// resolve finds the owner, cohort and programme of each document. What is
// absent is an error for the whole import: nothing has been stored yet.
func (r *run) resolve(ctx context.Context, items []*item) error {
	owners, err := r.owners(ctx, items)
	if err != nil {
		return err
	}
	given, err := r.givenCohort(ctx)
	if err != nil {
		return err
	}
	for _, i := range items {
		if i.result != nil {
			continue
		}
		if i.wish.Owner != "" {
			owner := owners[strings.ToLower(i.wish.Owner)]
			i.place.owner = &owner
		}
		if i.place.cohort, err = r.cohortOf(ctx, i, given); err != nil {
			return err
		}
		if err := r.resolveProgram(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) owners(ctx context.Context, items []*item) (map[string]id.User, error) {
	wanted := map[string]string{}
	for _, i := range items {
		if i.result == nil && i.wish.Owner != "" {
			wanted[i.wish.Owner] = i.file.Path
		}
	}
	if r.options.Owner != "" {
		wanted[r.options.Owner] = ""
	}
	handles := make([]string, 0, len(wanted))
	for handle := range wanted {
		handles = append(handles, handle)
	}
	owners, err := r.Users.IDsByHandle(ctx, handles)
	if err != nil {
		return nil, err
	}
	for _, i := range items {
		if _, exists := owners[strings.ToLower(i.wish.Owner)]; i.result == nil && i.wish.Owner != "" && !exists {
			return nil, errs.NotFound("there is no user %q, the owner of %s; nothing was imported", i.wish.Owner, i.file.Path)
		}
	}
	if _, exists := owners[strings.ToLower(r.options.Owner)]; r.options.Owner != "" && !exists {
		return nil, errs.NotFound("there is no user %q; nothing was imported", r.options.Owner)
	}
	return owners, nil
}

func (r *run) givenCohort(ctx context.Context) (*program.Cohort, error) {
	if r.options.Cohort == nil {
		return nil, nil //nolint:nilnil // no cohort was asked for
	}
	found, err := r.Programs.Cohorts(ctx, []id.Cohort{*r.options.Cohort})
	if err != nil {
		return nil, err
	}
	cohort, exists := found[*r.options.Cohort]
	if !exists {
		wanted := id.Any{Prefix: r.options.Cohort.Prefix(), UUID: r.options.Cohort.UUID}
		return nil, errs.NotFound("there is no cohort %s; nothing was imported", wanted)
	}
	return cohort, nil
}

func (r *run) cohortOf(ctx context.Context, i *item, given *program.Cohort) (*program.Cohort, error) {
	if i.wish.Cohort == "" {
		return given, nil
	}
	if cohort, known := i.folder.cohorts[i.wish.Cohort]; known {
		return cohort, nil
	}
	declared, _ := i.folder.hub.CohortByKey(i.wish.Cohort)
	programID, exists, err := r.Programs.Find(ctx, declared.Program)
	if err != nil {
		return nil, err
	}
	var cohort *program.Cohort
	if exists {
		if cohort, exists, err = r.Programs.CohortNamed(ctx, programID, declared.Name); err != nil {
			return nil, err
		}
	}
	if !exists {
		return nil, errs.NotFound("there is no cohort %q of %q, to which %s belongs; nothing was imported", declared.Name, declared.Program, i.file.Path)
	}
	i.folder.cohorts[i.wish.Cohort] = cohort
	return cohort, nil
}

// resolveProgram finds the programme that a document is to belong to, if
// anything but its text says so.
func (r *run) resolveProgram(ctx context.Context, i *item) error {
	title := i.wish.Program
	if i.place.cohort != nil {
		i.place.programID = &i.place.cohort.ProgramID
	}
	if title == "" {
		return nil
	}
	i.place.program = title
	folded := ingest.Fold(title)
	found, known := r.programs[folded]
	if !known {
		programID, exists, err := r.Programs.Find(ctx, title)
		if err != nil {
			return err
		}
		if exists {
			found = &programID
		}
		r.programs[folded] = found
	}
	if i.place.cohort == nil {
		i.place.programID = found
		return nil
	}
	if found == nil || *found != i.place.cohort.ProgramID {
		return errs.BadUserInput("%q is not the programme of the cohort %q, to which %s belongs; nothing was imported", title, i.place.cohort.Name, i.file.Path)
	}
	return nil
}

func day(d *hub.Day) *time.Time {
	if d == nil {
		return nil
	}
	return &d.Time
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
