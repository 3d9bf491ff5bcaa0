//go:build chaos

package chaos

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const (
	guesses = 1000
	// checksAccount is how many passwords are checked for an account in 15 minutes.
	checksAccount = 10
	// aliasedDocuments hold as many log-ins each as one document may.
	aliasedDocuments = 30
	aliasesDocument  = 10
)

// An account's password is checked ten times in 15 minutes, wherever the guesses
// come from and however they are packed; who holds its mailbox gets in.
func TestGuessesEndAfterTenChecks(t *testing.T) { //nolint:paralleltest // the machine is for one run
	set := newSetting(t)
	set.addPeople(t, 3)
	c := newClient(set.start(t), 32)
	conn := set.connect(t)
	r := newReport(t, "Guessing: 1,000 guesses at one account from 1,000 networks")
	r.add("bar", "at most %d checks an account; the owner gets in", checksAccount)

	seen := newTally()
	atOnce(t, guesses, 20, func(ctx context.Context, n int) {
		a := c.do(ctx, login(address(n), known(0), fmt.Sprintf("guess number %d of many", n)))
		seen.add(a.outcome(), a)
	})
	r.add("guesses", "%d, 20 at a time", guesses)
	r.counts(seen.seen, wrong, limited, unavailable, other)
	r.add("  attempts counted", "%d", mostAttempts(t, conn))
	seen.wantNone(t, "guesses")
	if n := seen.seen[wrong]; n > checksAccount {
		t.Errorf("%d passwords were checked, want at most %d", n, checksAccount)
	}
	if got := c.do(t.Context(), login(address(guesses), known(0), rightPassword)).outcome(); got != limited {
		t.Errorf("beyond the limit the right password is answered %q, which tells that it is right", got)
	}

	aliased(t, c, r)
	if n := mostAttempts(t, conn); n > checksAccount {
		t.Errorf("%d attempts were let through for one account", n)
	}
	set.getIn(t, c, r)
}

// aliased packs log-ins into documents under aliases.
func aliased(t *testing.T, c *client, r *report) {
	t.Helper()
	for _, size := range []int{100, 15} {
		a := c.do(t.Context(), packed(size, address(2000+size), known(1)))
		got, err := a.result()
		if err != nil || len(got.Errors) == 0 || got.Errors[0].Extensions.Code != "QUERY_TOO_COMPLEX" || got.Data != nil {
			t.Errorf("%d log-ins in one document are not refused: %s", size, a)
			continue
		}
		r.add(fmt.Sprintf("%d log-ins in one document", size), "refused, %d %s", a.status, got.Errors[0].Extensions.Code)
	}
	var checked, refused, failed atomic.Int64
	atOnce(t, aliasedDocuments, 8, func(ctx context.Context, n int) {
		a := c.do(ctx, packed(aliasesDocument, address(3000+n), known(1)))
		got, err := a.result()
		if err != nil {
			failed.Add(1)
			return
		}
		for _, f := range got.Data {
			if f != nil && len(f.UserErrors) == 1 && f.UserErrors[0].Code == "UNAUTHENTICATED" {
				checked.Add(1)
			}
		}
		for _, e := range got.Errors {
			switch e.Extensions.Code {
			case "RATE_LIMITED", "UNAVAILABLE":
				refused.Add(1)
			default:
				failed.Add(1)
			}
		}
	})
	r.add("documents of 10 log-ins", "%d: %d checked, %d refused, %d else", aliasedDocuments, checked.Load(), refused.Load(), failed.Load())
	if checked.Load() > checksAccount || failed.Load() > 0 || checked.Load()+refused.Load() != aliasedDocuments*aliasesDocument {
		t.Errorf("of %d packed log-ins %d were checked, %d refused", aliasedDocuments*aliasesDocument, checked.Load(), refused.Load())
	}
}

// packed is a document of many guesses at one account.
func packed(size int, from, email string) operation {
	var b strings.Builder
	b.WriteString("mutation {")
	for n := range size {
		fmt.Fprintf(&b, ` a%d: login(input: {email: %q, password: "guess number %d of many"}) { session { sessionId } userErrors { code } }`, n, email, n)
	}
	b.WriteString(" }")
	return operation{query: b.String(), from: from}
}

// getIn is the way of the owner, by the mailbox.
func (s setting) getIn(t *testing.T, c *client, r *report) {
	t.Helper()
	const fresh = "a different walk in the snow"
	owner := address(5000)
	ask := resetRequest(0, known(0))
	ask.from = owner
	if a := c.do(t.Context(), ask); a.status != 200 {
		t.Fatalf("the owner may not ask for a mail: %s", a)
	}
	begin := time.Now()
	code := s.codeOfMail(t)
	r.add("owner: mail with a code after", "%s", time.Since(begin).Round(time.Millisecond))
	a := c.do(t.Context(), operation{
		query: `mutation ($token: String!, $password: String!) {
			resetPassword(input: {token: $token, newPassword: $password}) { user { handle } userErrors { code message } } }`,
		variables: map[string]any{"token": code, "password": fresh}, from: owner,
	})
	got, err := a.result()
	if err != nil || got.Data["resetPassword"] == nil || got.Data["resetPassword"].User == nil {
		t.Fatalf("the owner cannot set a new password: %s", a)
	}
	outcome := c.do(t.Context(), login(owner, known(0), fresh)).outcome()
	r.add("owner: log-in after the reset", "%s", outcome)
	if outcome != signedIn {
		t.Errorf("the owner is not let in: %s", outcome)
	}
}

// codeOfMail waits for the one mail with a code.
func (s setting) codeOfMail(t *testing.T) string {
	t.Helper()
	form := regexp.MustCompile(`token=([A-Za-z0-9_-]{43})`)
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		files, err := filepath.Glob(filepath.Join(s.folder, "mail", "*.eml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.NewReplacer("=\r\n", "", "=3D", "=").Replace(string(content))
			if match := form.FindStringSubmatch(text); match != nil {
				return match[1]
			}
		}
	}
	t.Fatal("no mail with a code came")
	return ""
}
