package account_test

import (
	"context"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/account"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/auth/password"
	"github.com/project-nexus/nexus/internal/auth/token"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/job"
	"github.com/project-nexus/nexus/internal/jobs"
	"github.com/project-nexus/nexus/internal/mail"
	"github.com/project-nexus/nexus/internal/user"
)

const (
	address  = "Ada@example.org"
	secret   = "a long walk in the rain"
	another  = "seven quiet afternoons"
	wrongOne = "not what it was at all"
)

// mailbox keeps what is sent.
type mailbox struct {
	mu   sync.Mutex
	sent []mail.Message
}

func (m *mailbox) Send(_ context.Context, message mail.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent = append(m.sent, message)
	return nil
}

// hub is a service with a clock and a mailbox of the test's own.
type hub struct {
	*account.Service
	t         *testing.T
	db        *database.DB
	users     *user.Service
	passwords *password.Hasher
	mails     *mailbox
	runner    *job.Runner
	mu        sync.Mutex
	clock     time.Time
}

func newHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{t: t, db: dbtest.New(t), passwords: password.New(password.Options{Queue: 100, MaxWait: time.Minute}), mails: &mailbox{}, clock: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	keys, err := token.Open(t.Context(), h.db, token.Options{Issuer: "http://nexus.test", Audience: "nexus", Now: h.now})
	if err != nil {
		t.Fatal(err)
	}
	h.users = user.New(h.db)
	h.Service, err = account.Open(t.Context(), h.db, account.Options{
		Profiles: h.users, Passwords: h.passwords, Keys: keys, Mail: h.mails, PublicURL: "http://nexus.test", Now: h.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	h.runner = job.NewRunner(h.db, jobs.Handlers(jobs.Services{Accounts: h.Service}), job.Options{})
	return h
}

func (h *hub) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock
}

func (h *hub) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock = h.clock.Add(d)
}

// mail runs the jobs that are due and returns the mail that went to address.
func (h *hub) mail() mail.Message {
	h.t.Helper()
	before := len(h.mails.sent)
	if err := h.runner.Drain(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	for _, message := range h.mails.sent[before:] {
		if message.To == address {
			return message
		}
	}
	return mail.Message{}
}

// codeIn returns the code of a mail's link.
func (h *hub) codeIn(m mail.Message) string {
	h.t.Helper()
	match := regexp.MustCompile(`token=([A-Za-z0-9_-]{43})`).FindStringSubmatch(m.Text)
	if match == nil {
		h.t.Fatalf("the mail has no code: %+v", m)
	}
	return match[1]
}

func (h *hub) register(email, handle string) {
	h.t.Helper()
	_, err := h.Register(h.t.Context(), account.RegisterInput{Email: email, Password: secret, Handle: handle, DisplayName: "Ada"})
	if err != nil {
		h.t.Fatal(err)
	}
}

// atOnce runs fn n times in parallel, on connections that are open already: new
// ones take so long that the first would do all the work.
func (h *hub) atOnce(n int, fn func()) {
	h.t.Helper()
	var open, all sync.WaitGroup
	for range 6 {
		open.Go(func() {
			if err := h.db.Handle(h.t.Context()).Exec("SELECT pg_sleep(0.05)").Error; err != nil {
				h.t.Error(err)
			}
		})
	}
	open.Wait()
	begin := make(chan struct{})
	for range n {
		all.Go(func() {
			<-begin
			fn()
		})
	}
	close(begin)
	all.Wait()
}

// person creates an account that can sign in.
func (h *hub) person(email, handle string) id.User {
	h.t.Helper()
	created, err := h.Create(h.t.Context(), account.RegisterInput{Email: email, Password: secret, Handle: handle, DisplayName: "Ada"})
	if err != nil {
		h.t.Fatal(err)
	}
	return created
}

func (h *hub) login(email, given string) (*account.SessionCredentials, error) {
	payload, err := h.Login(h.t.Context(), account.LoginInput{Email: email, Password: given, Mode: account.ModeToken})
	if err != nil {
		return nil, err
	}
	return payload.Session, nil
}

func (h *hub) mustLogin(email, given string) *account.SessionCredentials {
	h.t.Helper()
	session, err := h.login(email, given)
	if err != nil {
		h.t.Fatal(err)
	}
	return session
}

// as returns a context that acts with a bearer token.
func (h *hub) as(bearer string) context.Context {
	h.t.Helper()
	actor, err := h.Authenticate(h.t.Context(), bearer)
	if err != nil {
		h.t.Fatal(err)
	}
	return auth.WithActor(h.t.Context(), actor)
}

// refused fails unless err has a code and, where it is not empty, points to path.
func (h *hub) refused(err error, code errs.Code, path string) {
	h.t.Helper()
	e := errs.As(err)
	if e == nil || e.Code != code || strings.Join(e.Path, ".") != path {
		h.t.Errorf("got %v, want %s at %q", err, code, path)
	}
}

func (h *hub) count(table string) (n int) {
	h.t.Helper()
	if err := h.db.Handle(h.t.Context()).Raw(`SELECT count(*) FROM ` + table).Scan(&n).Error; err != nil {
		h.t.Fatal(err)
	}
	return n
}

func TestNothingIsVisibleUntilTheAddressIsConfirmed(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.register(address, "ada")
	if n := h.count("app_user"); n != 0 {
		t.Errorf("%d people before the address is confirmed", n)
	}
	_, err := h.login(address, secret)
	h.refused(err, errs.CodeUnauthenticated, "input")

	code := h.codeIn(h.mail())
	payload, err := h.VerifyEmail(t.Context(), account.VerifyEmailInput{Token: code})
	if err != nil {
		t.Fatal(err)
	}
	viewer, err := h.Viewer(h.as(h.mustLogin("aDA@EXAMPLE.org", secret).AccessToken))
	if err != nil || viewer.ID != *payload.UserID || viewer.Handle != "ada" || viewer.Email != address {
		t.Errorf("got %+v, %v", viewer, err)
	}
	_, err = h.VerifyEmail(t.Context(), account.VerifyEmailInput{Token: code})
	h.refused(err, errs.CodeBadUserInput, "input.token")
}

func TestACodeEndsAfterADay(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.register(address, "ada")
	code := h.codeIn(h.mail())
	h.pass(24 * time.Hour)
	_, err := h.VerifyEmail(t.Context(), account.VerifyEmailInput{Token: code})
	h.refused(err, errs.CodeBadUserInput, "input.token")
}

func TestAHandleTakenMeanwhileIsAConflict(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.register(address, "ada")
	code := h.codeIn(h.mail())
	h.person("other@example.org", "ADA")
	_, err := h.VerifyEmail(t.Context(), account.VerifyEmailInput{Token: code})
	h.refused(err, errs.CodeConflict, "input.handle")
	if _, err := h.VerifyEmail(t.Context(), account.VerifyEmailInput{Token: code, Handle: new("ada-2")}); err != nil {
		t.Errorf("another handle does not help: %v", err)
	}
	_, err = h.Register(t.Context(), account.RegisterInput{Email: "third@example.org", Password: secret, Handle: "Ada", DisplayName: "x"})
	h.refused(err, errs.CodeConflict, "input.handle")
}

// What a request about an address answers, and the work that it does, is the same
// whether the address has an account, waits for its confirmation, or is unknown.
func TestNobodyLearnsWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person("known@example.org", "known")
	h.register("waiting@example.org", "waiting")
	if err := h.runner.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	requests := map[string]func(ctx context.Context, email string) (string, error){
		"register": func(ctx context.Context, email string) (string, error) {
			p, err := h.Register(ctx, account.RegisterInput{Email: email, Password: another, Handle: "somebody", DisplayName: "x"})
			return fmt.Sprint(p != nil && *p.Email == email), err
		},
		"resend": func(ctx context.Context, email string) (string, error) {
			p, err := h.ResendVerification(ctx, account.ResendVerificationInput{Email: email})
			return fmt.Sprint(p != nil && *p.Email == email), err
		},
		"reset": func(ctx context.Context, email string) (string, error) {
			p, err := h.RequestPasswordReset(ctx, account.RequestPasswordResetInput{Email: email})
			return fmt.Sprint(p != nil && *p.Email == email), err
		},
		"login": func(ctx context.Context, email string) (string, error) {
			p, err := h.Login(ctx, account.LoginInput{Email: email, Password: wrongOne, Mode: account.ModeToken})
			return fmt.Sprint(p != nil), err
		},
	}
	literals := regexp.MustCompile(`\$\d+`)
	for name, request := range requests {
		seen := map[string][]string{}
		for _, email := range []string{"known@example.org", "waiting@example.org", "unknown@example.org"} {
			hashes := h.passwords.Computed()
			ctx, statements := database.CountStatements(t.Context())
			answer, err := request(ctx, email)
			work := fmt.Sprintf("%s %v hashes %d\n%s", answer, err, h.passwords.Computed()-hashes,
				literals.ReplaceAllString(strings.Join(statements.Texts(), "\n"), "?"))
			seen[work] = append(seen[work], email)
		}
		if len(seen) != 1 {
			t.Errorf("%s differs: %v", name, seen)
		}
	}
	if n := len(h.mails.sent); n != 1 {
		t.Errorf("%d mails went out before the jobs ran, want that of the registration", n)
	}
}

func TestWhoHasAnAccountIsToldByMail(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	h.register(address, "ada-again")
	got := h.mail()
	if got.To == "" || strings.Contains(got.Text, "token=") {
		t.Errorf("got %+v, want a mail without a code", got)
	}
	if n := h.count("registration"); n != 0 {
		t.Errorf("%d registrations are left", n)
	}
}

// However many addresses guess, an account's password is checked ten times in a
// quarter of an hour, and its owner gets in by a reset.
func TestGuessesAreCountedByAccount(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	before := h.passwords.Computed()
	limited := 0
	for i := range 60 {
		ctx := auth.WithClient(t.Context(), auth.Client{Address: netip.AddrFrom4([4]byte{10, 0, byte(i), 1})})
		_, err := h.Login(ctx, account.LoginInput{Email: strings.ToUpper(address), Password: wrongOne})
		if errs.CodeOf(err) == errs.CodeRateLimited {
			limited++
			if wait := errs.As(err).RetryAfter; wait <= 0 || wait > 15*time.Minute {
				t.Fatalf("the wait is %s", wait)
			}
		}
	}
	if checked := h.passwords.Computed() - before; checked != 10 || limited != 50 {
		t.Errorf("%d passwords checked and %d tries refused, want 10 and 50", checked, limited)
	}
	_, err := h.login(address, secret)
	h.refused(err, errs.CodeRateLimited, "")

	if _, err := h.RequestPasswordReset(t.Context(), account.RequestPasswordResetInput{Email: address}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ResetPassword(t.Context(), account.ResetPasswordInput{Token: h.codeIn(h.mail()), NewPassword: another}); err != nil {
		t.Fatal(err)
	}
	h.mustLogin(address, another)
}

func TestGuessesAreCountedByNetwork(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	network := netip.MustParsePrefix("2001:db8::/64").Addr().As16()
	limited := 0
	for i := range 110 {
		network[15] = byte(i)
		ctx := auth.WithClient(t.Context(), auth.Client{Address: netip.AddrFrom16(network)})
		_, err := h.Login(ctx, account.LoginInput{Email: fmt.Sprintf("nobody-%d@example.org", i), Password: wrongOne})
		if errs.CodeOf(err) == errs.CodeRateLimited {
			limited++
		}
	}
	if limited != 10 {
		t.Errorf("%d of 110 tries from one network refused, want 10", limited)
	}
}

// Tries in parallel are counted one after the other: none slips through.
func TestParallelGuessesAreCounted(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	before := h.passwords.Computed()
	h.atOnce(40, func() { _, _ = h.login(address, wrongOne) })
	if checked := h.passwords.Computed() - before; checked != 10 {
		t.Errorf("%d passwords checked, want 10", checked)
	}
}

func TestAWindowSlides(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.person(address, "ada")
	for range 10 {
		_, _ = h.login(address, wrongOne)
	}
	h.pass(15*time.Minute - time.Second)
	_, err := h.login(address, secret)
	h.refused(err, errs.CodeRateLimited, "")
	h.pass(time.Second)
	for range 20 { // a right password is no guess
		h.mustLogin(address, secret)
	}
}
