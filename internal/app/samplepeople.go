package app

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/user"
)

// adminHandle is that of the sample's administrator.
const adminHandle = "admin"

// samplePeople are the accounts of the sample hub: address and handle.
func samplePeople() [][2]string {
	return [][2]string{
		{"admin@example.org", adminHandle},
		{"mentor@example.org", "mentor-01"},
		{"learner@example.org", "learner-01"},
	}
}

// openSampleAccounts gives the sample's people a password, that of the settings or
// a new one, and tells it. In a database that holds other data and none of these
// accounts it does nothing.
func (a *App) openSampleAccounts(ctx context.Context, fresh bool) error {
	password := string(a.cfg.SamplePassword)
	if password == "" {
		password = rand.Text()
	}
	for _, sample := range samplePeople() {
		email, handle := sample[0], sample[1]
		person, err := a.services.Accounts.ByEmail(ctx, email)
		switch {
		case errs.CodeOf(err) == errs.CodeNotFound && !fresh:
			continue
		case errs.CodeOf(err) == errs.CodeNotFound:
			if person, err = a.samplePerson(ctx, handle); err != nil {
				return err
			}
		case err != nil:
			return err
		}
		if err := a.services.Accounts.Attach(ctx, person, email, password); err != nil {
			return fmt.Errorf("open the sample account %s: %w", email, err)
		}
		a.log.Info("sign in as a sample person", "email", email, "password", password, "handle", handle)
	}
	return nil
}

// samplePerson returns the person with a handle. The administrator is nobody's
// author and comes with no document, so is made here.
func (a *App) samplePerson(ctx context.Context, handle string) (id.User, error) {
	found, err := a.services.Users.ByHandle(ctx, handle)
	if err == nil {
		return found.ID, nil
	}
	if errs.CodeOf(err) != errs.CodeNotFound || handle != adminHandle {
		return id.User{}, err
	}
	person, err := a.services.Users.Create(ctx, handle, "Administrator")
	if err != nil {
		return person, err
	}
	return person, a.services.Users.SetRole(ctx, person, user.RoleAdmin)
}
