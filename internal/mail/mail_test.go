package mail_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/job"
	"github.com/project-nexus/nexus/internal/mail"
)

const address = "https://nexus.example.org/"

// sent writes a message into a folder and reads it back.
func sent(t *testing.T, m mail.Message) letter {
	t.Helper()
	dir := t.TempDir()
	if err := open(t, mail.Options{Dir: dir}).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	return files(t, dir)[0]
}

func files(t *testing.T, dir string) []letter {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []letter
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 || !strings.HasPrefix(entry.Name(), "20260301T120000.000000000Z-") || filepath.Ext(entry.Name()) != ".eml" {
			t.Errorf("%s has the mode %v", entry.Name(), info.Mode())
		}
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, read(t, string(content)))
	}
	return all
}

func TestTheMails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		message mail.Message
		subject string
		says    []string
	}{
		"verification": {
			mail.Verification("ada@example.org", "countess", "c0de-_x", address), "Confirm your address for Nexus",
			[]string{`"countess"`, "\nc0de-_x\n", "\nhttps://nexus.example.org/#/verify?token=c0de-_x\n", "24 hours", "not you"},
		},
		"address known": {
			mail.AddressKnown("ada@example.org", address), "You already have an account on Nexus",
			[]string{"sign in", "requestPasswordReset", "not you", "\nhttps://nexus.example.org\n"},
		},
		"reset": {
			mail.PasswordReset("ada@example.org", "c0de-_x", address), "Set a new password for Nexus",
			[]string{"\nc0de-_x\n", "\nhttps://nexus.example.org/#/reset?token=c0de-_x\n", "one hour", "not you"},
		},
		"invitation": {
			mail.Invitation("ada@example.org", mail.Invited{Cohort: "Spring\r\n\r\n2026", Program: "Backend", Role: "MENTOR"}, "c0de-_x", address), "You are invited to a cohort on Nexus",
			[]string{
				`"Spring 2026"`, `"Backend"`, "as a mentor", "\nc0de-_x\n", "\nhttps://nexus.example.org/#/invitation?token=c0de-_x\n",
				"acceptInvitation", "14 days", "do nothing",
			},
		},
		"changed": {
			mail.PasswordChanged("ada@example.org", address), "Your password for Nexus was changed",
			[]string{"was just changed", "requestPasswordReset"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := sent(t, test.message)
			if got.subject != test.subject || got.header.Get("To") != "<ada@example.org>" {
				t.Errorf("%q to %s", got.subject, got.header.Get("To"))
			}
			if !strings.HasPrefix(got.text, "Hello,\n") || strings.Contains(got.text, "<no value>") {
				t.Errorf("text:\n%s", got.text)
			}
			for _, want := range test.says {
				if !strings.Contains(got.text, want) {
					t.Errorf("%q is missing in:\n%s", want, got.text)
				}
			}
		})
	}
}

func TestNothingAddsHeadersOrRecipients(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := serve(t, nil)
	senders := map[string]mail.Sender{"files": open(t, mail.Options{Dir: dir}), "server": s.sender(t, "")}
	for name, change := range map[string]func(*mail.Message){
		"address, line break":  func(m *mail.Message) { m.To = "ada@example.org\r\nBcc: eve@example.org" },
		"address, bare LF":     func(m *mail.Message) { m.To = "ada@example.org\nBcc: eve@example.org" },
		"address, folded":      func(m *mail.Message) { m.To = "Ada\r\n <ada@example.org>" },
		"address, in a name":   func(m *mail.Message) { m.To = "\"Ada\rBcc: eve@example.org\" <ada@example.org>" },
		"two addresses":        func(m *mail.Message) { m.To = "ada@example.org, eve@example.org" },
		"no address":           func(m *mail.Message) { m.To = "ada" },
		"empty address":        func(m *mail.Message) { m.To = "" },
		"subject, line break":  func(m *mail.Message) { m.Subject = "Hello\r\nBcc: eve@example.org" },
		"subject, bare CR":     func(m *mail.Message) { m.Subject = "Hello\rBcc: eve@example.org" },
		"subject, NUL":         func(m *mail.Message) { m.Subject = "Hello\x00" },
		"subject, no UTF-8":    func(m *mail.Message) { m.Subject = "Hello\xff" },
		"subject, none at all": func(m *mail.Message) { m.Subject = "" },
		"text, none at all":    func(m *mail.Message) { m.Text = "" },
	} {
		for to, sender := range senders {
			m := message()
			change(&m)
			err := sender.Send(t.Context(), m)
			if !job.IsPermanent(err) {
				t.Errorf("%s, %s: got %v, want a permanent error", name, to, err)
			}
			if err != nil && strings.Contains(err.Error(), "eve") {
				t.Errorf("%s, %s: the error repeats it: %v", name, to, err)
			}
		}
	}
	if all := files(t, dir); len(all) != 0 || s.said() != "\n" {
		t.Errorf("%d files, and the server heard %q", len(all), s.said())
	}
}

func TestTheLogNamesTheFileAlone(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "mails")
	var log bytes.Buffer
	sender := open(t, mail.Options{Dir: dir, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err := sender.Send(t.Context(), mail.PasswordReset("ada@example.org", "c0de", address)); err != nil {
		t.Fatal(err)
	}
	if n := len(files(t, dir)); n != 1 {
		t.Errorf("%d files", n)
	}
	if !strings.Contains(log.String(), dir) || strings.Contains(log.String(), "c0de") || strings.Contains(log.String(), "ada") {
		t.Errorf("log: %s", log.String())
	}
}

func TestAMailThatIsSentAgainIsTheSame(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	sender := open(t, mail.Options{Dir: dir})
	ids := func(run func(ctx context.Context, code string) error) []string {
		t.Helper()
		for _, code := range []string{"first", "first", "second"} {
			if err := run(t.Context(), code); err != nil {
				t.Fatal(err)
			}
		}
		byText := map[string][]string{}
		for _, l := range files(t, dir) {
			code := "first"
			if strings.Contains(l.text, "second") {
				code = "second"
			}
			byText[code] = append(byText[code], l.header.Get("Message-ID"))
		}
		return append(byText["first"], byText["second"]...)
	}
	db := dbtest.New(t)
	if _, err := job.Enqueue(t.Context(), db, "test.mail", nil); err != nil {
		t.Fatal(err)
	}
	var inJob []string
	err := job.NewRunner(db, map[job.Kind]job.Handler{"test.mail": job.Handle(func(ctx context.Context, _ any) error {
		inJob = ids(func(_ context.Context, code string) error {
			return sender.Send(ctx, mail.PasswordReset("ada@example.org", code, address))
		})
		return nil
	})}, job.Options{Log: quiet()}).Drain(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(inJob) != 3 || inJob[0] != inJob[1] || inJob[0] == inJob[2] {
		t.Errorf("a job's ids: %s", cmp.Diff([]string{}, inJob))
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	outside := ids(func(ctx context.Context, code string) error {
		return sender.Send(ctx, mail.PasswordReset("ada@example.org", code, address))
	})
	if outside[0] == outside[1] {
		t.Errorf("without a job, two mails are one: %s", outside)
	}
}
