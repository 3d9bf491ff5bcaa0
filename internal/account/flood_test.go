package account_test

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/project-nexus/nexus/internal/account"
	"github.com/project-nexus/nexus/internal/auth/password"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
)

// fill keeps a Hasher busy with hashes that take long until the test ends, and
// returns once it turns others away.
func fill(t *testing.T, passwords *password.Hasher) {
	t.Helper()
	slow := strings.Replace(password.Dummy(), "m=19456,t=2", "m=65536,t=8", 1)
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	t.Cleanup(func() { stop(); running.Wait() })
	for range 4 {
		running.Go(func() {
			for ctx.Err() == nil {
				// One computes, one waits, and two are turned away all the time.
				_, err := passwords.Verify(ctx, wrongOne, slow)
				if errs.CodeOf(err) == errs.CodeInternal && ctx.Err() == nil {
					t.Error(err)
					stop()
				}
				runtime.Gosched()
			}
		})
	}
	for passwords.Room() == nil && ctx.Err() == nil {
		runtime.Gosched()
	}
}

// In a flood, who is turned away costs no statement, for which reads would have to
// wait, and no try of the account.
func TestWhoIsTurnedAwayCostsNothing(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	h.Passwords = password.New(password.Options{Concurrency: 1, Queue: 1})
	fill(t, h.Passwords)
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
		ctx, statements := database.CountStatements(t.Context())
		err := request(ctx)
		if errs.CodeOf(err) != errs.CodeUnavailable || len(statements.Texts()) != 0 {
			t.Errorf("%s: %v after %d statements, want UNAVAILABLE after none", name, err, len(statements.Texts()))
		}
	}
}
