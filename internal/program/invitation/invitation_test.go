package invitation_test

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/job"
	"github.com/project-nexus/nexus/internal/mail"
	"github.com/project-nexus/nexus/internal/program"
	"github.com/project-nexus/nexus/internal/program/invitation"
)

// hub is a cohort for members with a clock and a mailbox of the test's own.
type hub struct {
	*invitation.Service
	t      *testing.T
	db     *database.DB
	cohort id.Cohort
	staff  context.Context //nolint:containedctx // who acts in most of a test
	runner *job.Runner

	mu    sync.Mutex
	clock time.Time
	sent  []mail.Message
}

func (h *hub) Send(_ context.Context, m mail.Message) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sent = append(h.sent, m)
	return nil
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

func open(t *testing.T) *hub {
	t.Helper()
	h := &hub{t: t, db: dbtest.New(t), cohort: id.New[id.Cohort](), clock: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	h.Service = invitation.New(h.db, invitation.Options{Programs: program.New(h.db), Mail: h, PublicURL: "https://nexus.example.org", Now: h.now})
	h.runner = job.NewRunner(h.db, map[job.Kind]job.Handler{invitation.JobMail: job.Handle(h.SendMail)}, job.Options{Log: slog.New(slog.DiscardHandler)})
	p := id.New[id.Program]()
	h.exec(`INSERT INTO program (id, slug, title, folded_title) VALUES (?, 'go', 'Go', 'go')`, p)
	h.exec(`INSERT INTO cohort (id, program_id, name, visibility) VALUES (?, ?, 'spring', 'MEMBERS')`, h.cohort, p)
	h.staff = h.person("ada", "STAFF")
	return h
}

func (h *hub) exec(sql string, args ...any) {
	h.t.Helper()
	if err := h.db.Handle(h.t.Context()).Exec(sql, args...).Error; err != nil {
		h.t.Fatal(err)
	}
}

// person makes a person with an account, and a membership unless the role is "".
func (h *hub) person(handle, role string) context.Context {
	h.t.Helper()
	u := id.New[id.User]()
	h.exec(`INSERT INTO app_user (id, handle, display_name) VALUES (?, ?, ?)`, u, handle, handle)
	h.exec(`INSERT INTO credential (user_id, email, folded_email, password_hash) VALUES (?, ?, ?, 'x')`, u, handle+"@example.org", handle+"@example.org")
	if role != "" {
		h.exec(`INSERT INTO membership (id, cohort_id, user_id, role) VALUES (?, ?, ?, ?)`, id.New[id.Membership](), h.cohort, u, role)
	}
	return auth.WithActor(h.t.Context(), auth.Actor{User: &u, Scope: auth.ScopeAccount})
}

func (h *hub) tryInvite(ctx context.Context, email string, role program.MembershipRole) (*invitation.Invitation, error) {
	payload, err := h.Invite(ctx, invitation.InviteToCohortInput{CohortID: h.cohort, Email: email, Role: role})
	if err != nil {
		return nil, err
	}
	return payload.Invitation, nil
}

// invite returns an invitation and the code of its mail.
func (h *hub) invite(email string, role program.MembershipRole) (*invitation.Invitation, string) {
	h.t.Helper()
	i, err := h.tryInvite(h.staff, email, role)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.runner.Drain(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	last := h.sent[len(h.sent)-1]
	match := regexp.MustCompile(`token=([A-Za-z0-9_-]{43})`).FindStringSubmatch(last.Text)
	if last.To != email || match == nil {
		h.t.Fatalf("the mail is %+v", last)
	}
	return i, match[1]
}

func (h *hub) accept(ctx context.Context, code string) (*program.Membership, error) {
	payload, err := h.Accept(ctx, invitation.AcceptInvitationInput{Token: code})
	if err != nil {
		return nil, err
	}
	return payload.Membership, nil
}

func (h *hub) wantTexts(what string, want []string, sql string) {
	h.t.Helper()
	var got []string
	if err := h.db.Handle(h.t.Context()).Raw(sql).Scan(&got).Error; err != nil {
		h.t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		h.t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func wantCode(t *testing.T, err error, code errs.Code, path ...string) {
	t.Helper()
	e := errs.As(err)
	if errs.CodeOf(err) != code || e != nil && cmp.Diff(path, e.Path) != "" {
		t.Errorf("got %v, want %s at %v", err, code, path)
	}
}

func TestAnInvitationIsAcceptedOnceByItsAddress(t *testing.T) {
	t.Parallel()
	h := open(t)
	asEve, asGrace := h.person("eve", ""), h.person("grace", "")
	i, code := h.invite("Grace@Example.org", program.Mentor)
	if i.Email != "Grace@Example.org" || i.Role != program.Mentor || !i.ExpiresAt.Equal(h.now().Add(14*24*time.Hour)) {
		t.Errorf("the invitation is %+v", i)
	}
	if text := h.sent[0].Text; !strings.Contains(text, `"spring"`) || !strings.Contains(text, "acceptInvitation") {
		t.Errorf("the mail says:\n%s", text)
	}
	_, err := h.accept(asEve, code)
	wantCode(t, err, errs.CodeNotFound, "input", "token")
	_, err = h.accept(asGrace, code[1:]+"x")
	wantCode(t, err, errs.CodeNotFound, "input", "token")
	_, err = h.accept(t.Context(), code)
	wantCode(t, err, errs.CodeUnauthenticated)
	m, err := h.accept(asGrace, code)
	if err != nil || m.Role != program.Mentor || m.UserID != *auth.ActorOf(asGrace).User || m.CohortID != h.cohort {
		t.Errorf("accepted: %+v, %v", m, err)
	}
	_, err = h.accept(asGrace, code)
	wantCode(t, err, errs.CodeNotFound, "input", "token")
	h.wantTexts("change log", []string{"invitation.created", "invitation.accepted", "membership.created"}, `SELECT kind FROM event ORDER BY id`)
	h.wantTexts("codes in the database", nil, `SELECT arguments::text FROM job WHERE arguments::text LIKE '%`+code+`%'
		UNION ALL SELECT encode(token_hash, 'escape') FROM invitation_code WHERE encode(token_hash, 'escape') LIKE '%`+code+`%'`)
}

func TestTheAnswerIsTheSameForEveryAddress(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person("grace", "")
	known, _ := h.invite("grace@example.org", program.Learner)
	unknown, _ := h.invite("nobody@example.org", program.Learner)
	known.ID, known.Email, known.FoldedEmail = unknown.ID, unknown.Email, unknown.FoldedEmail
	if diff := cmp.Diff(known, unknown); diff != "" {
		t.Errorf("(-known +unknown):\n%s", diff)
	}
	if len(h.sent) != 2 || strings.ReplaceAll(h.sent[0].Text, "\n", "")[:200] != strings.ReplaceAll(h.sent[1].Text, "\n", "")[:200] {
		t.Errorf("the mails differ: %+v", h.sent)
	}
}

func TestInvitationsEnd(t *testing.T) {
	t.Parallel()
	h := open(t)
	asGrace := h.person("grace", "")
	_, replaced := h.invite("grace@example.org", program.Staff)
	second, code := h.invite("grace@example.org", program.Learner)
	_, err := h.accept(asGrace, replaced)
	wantCode(t, err, errs.CodeNotFound, "input", "token")
	if _, err := h.Revoke(h.staff, invitation.RevokeInvitationInput{ID: second.ID}); err != nil {
		t.Fatal(err)
	}
	_, err = h.Revoke(h.staff, invitation.RevokeInvitationInput{ID: second.ID})
	wantCode(t, err, errs.CodeNotFound, "input", "id")
	_, err = h.accept(asGrace, code)
	wantCode(t, err, errs.CodeNotFound, "input", "token")
	_, expired := h.invite("grace@example.org", program.Learner)
	h.pass(14 * 24 * time.Hour)
	_, err = h.accept(asGrace, expired)
	wantCode(t, err, errs.CodeNotFound, "input", "token")
	_, late := h.invite("grace@example.org", program.Learner)
	h.exec(`UPDATE cohort SET deleted_at = now()`)
	_, err = h.accept(asGrace, late)
	wantCode(t, err, errs.CodeNotFound, "input", "token")
	h.pass(time.Second)
	if err := h.Prune(t.Context()); err != nil {
		t.Error(err)
	}
	h.wantTexts("left", []string{"1 1"}, `SELECT (SELECT count(*) FROM invitation) || ' ' || (SELECT count(*) FROM invitation_code)`)
	// What was revoked before its mail went out sends none.
	h.exec(`UPDATE cohort SET deleted_at = NULL`)
	third, err := h.tryInvite(h.staff, "new@example.org", program.Learner)
	if err != nil {
		t.Fatal(err)
	}
	mails := len(h.sent)
	if _, err := h.Revoke(h.staff, invitation.RevokeInvitationInput{ID: third.ID}); err != nil {
		t.Error(err)
	}
	if err := h.runner.Drain(t.Context()); err != nil || len(h.sent) != mails {
		t.Errorf("%d mails more, %v", len(h.sent)-mails, err)
	}
}

func TestOnlyStaffInviteAndRevoke(t *testing.T) {
	t.Parallel()
	h := open(t)
	open, _ := h.invite("grace@example.org", program.Learner)
	root := id.New[id.User]()
	h.exec(`INSERT INTO app_user (id, handle, display_name) VALUES (?, 'root', 'root')`, root)
	asAdmin := auth.WithActor(t.Context(), auth.Actor{User: &root, Admin: true, Scope: auth.ScopeAccount})
	for who, test := range map[string]struct {
		ctx            context.Context //nolint:containedctx // a row of the table
		invite, revoke errs.Code
		path           []string
	}{
		"visitor":  {t.Context(), errs.CodeUnauthenticated, errs.CodeUnauthenticated, nil},
		"stranger": {h.person("eve", ""), errs.CodeNotFound, errs.CodeNotFound, []string{"input", "cohortId"}},
		"learner":  {h.person("linus", "LEARNER"), errs.CodeForbidden, errs.CodeNotFound, nil},
		"mentor":   {h.person("margaret", "MENTOR"), errs.CodeForbidden, errs.CodeNotFound, nil},
	} {
		_, err := h.tryInvite(test.ctx, "x@example.org", program.Learner)
		wantCode(t, err, test.invite, test.path...)
		if _, err = h.Revoke(test.ctx, invitation.RevokeInvitationInput{ID: open.ID}); errs.CodeOf(err) != test.revoke {
			t.Errorf("%s revokes: %v, want %s", who, err, test.revoke)
		}
	}
	if _, err := h.tryInvite(asAdmin, "x@example.org", program.Staff); err != nil {
		t.Error(err)
	}
	if _, err := h.Revoke(asAdmin, invitation.RevokeInvitationInput{ID: open.ID}); err != nil {
		t.Error(err)
	}
}

// A member who accepts keeps the higher of both roles.
func TestAnInvitationOfAMember(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, test := range []struct {
		had           string
		invited, want program.MembershipRole
	}{{"LEARNER", program.Staff, program.Staff}, {"STAFF", program.Learner, program.Staff}, {"MENTOR", program.Mentor, program.Mentor}} {
		handle := strings.ToLower(test.had)
		ctx := h.person(handle, test.had)
		_, code := h.invite(handle+"@example.org", test.invited)
		if m, err := h.accept(ctx, code); err != nil || m.Role != test.want {
			t.Errorf("%s invited as %s became %+v, %v", test.had, test.invited, m, err)
		}
	}
}

func TestMailsOfACohortAreLimited(t *testing.T) {
	t.Parallel()
	h := open(t)
	for n := range 100 {
		if _, err := h.tryInvite(h.staff, fmt.Sprintf("u%d@example.org", n/5), program.Learner); err != nil {
			t.Fatalf("mail %d: %v", n, err)
		}
		h.pass(time.Second)
		if n == 4 { // five to one address
			_, err := h.tryInvite(h.staff, "U0@example.org", program.Learner)
			wantCode(t, err, errs.CodeRateLimited)
		}
	}
	_, err := h.tryInvite(h.staff, "another@example.org", program.Learner)
	wantCode(t, err, errs.CodeRateLimited)
	if wait := errs.As(err).RetryAfter; wait < 23*time.Hour || wait > 24*time.Hour {
		t.Errorf("wait for %v", wait)
	}
	h.wantTexts("mails", []string{"100"}, `SELECT count(*)::text FROM job`)
	h.pass(24*time.Hour - 99*time.Second)
	if _, err = h.tryInvite(h.staff, "another@example.org", program.Learner); err != nil {
		t.Errorf("a day later: %v", err)
	}
}

func TestACodeIsUsedOnceAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	asGrace := h.person("grace", "")
	const tries = 6
	var opened sync.WaitGroup
	for range tries { // new connections take so long that the first would do all the work
		opened.Go(func() { h.exec("SELECT pg_sleep(0.05)") })
	}
	opened.Wait()
	for range 5 {
		_, code := h.invite("grace@example.org", program.Mentor)
		var all sync.WaitGroup
		begin, results := make(chan struct{}), make(chan error, tries)
		for range tries {
			all.Go(func() {
				<-begin
				_, err := h.accept(asGrace, code)
				results <- err
			})
		}
		close(begin)
		all.Wait()
		codes := map[errs.Code]int{}
		for range tries {
			codes[errs.CodeOf(<-results)]++
		}
		if diff := cmp.Diff(map[errs.Code]int{"": 1, errs.CodeNotFound: tries - 1}, codes); diff != "" {
			t.Errorf("answers (-want +got):\n%s", diff)
		}
	}
	h.wantTexts("events", []string{"1"}, `SELECT count(*)::text FROM event WHERE kind = 'membership.created'`)
}
