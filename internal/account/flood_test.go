package account_test

import (
	"context"
	"testing"

	"github.com/project-nexus/nexus/internal/account"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
)

// In a flood, who is turned away costs no statement, for which reads would have to
// wait, and no try of the account.
func TestWhoIsTurnedAwayCostsNothing(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	var leave []func()
	for {
		_, leaveOne, err := h.passwords.Enter(t.Context())
		if err != nil {
			break
		}
		leave = append(leave, leaveOne)
	}
	requests := map[string]func(ctx context.Context) error{
		"login": func(ctx context.Context) error {
			_, err := h.Login(ctx, account.LoginInput{Email: address, Password: wrongOne})
			return err
		},
		"register": func(ctx context.Context) error {
			_, err := h.Register(ctx, account.RegisterInput{Email: "new@example.org", Password: secret, Handle: "new", DisplayName: "New"})
			return err
		},
	}
	for name, request := range requests {
		for range 20 {
			ctx, statements := database.CountStatements(t.Context())
			err := request(ctx)
			if errs.CodeOf(err) != errs.CodeUnavailable || len(statements.Texts()) != 0 {
				t.Fatalf("%s: %v after %d statements, want UNAVAILABLE after none", name, err, len(statements.Texts()))
			}
		}
	}
	for _, one := range leave {
		one()
	}
	h.mustLogin(address, secret)
}
