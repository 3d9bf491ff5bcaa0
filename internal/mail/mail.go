// Package mail writes the mails of Nexus and hands them to an SMTP server, or
// into a folder where none is set up.
//
// Invariants: a message has one recipient; nothing in it can add a header or a
// second recipient; a password goes over an encrypted connection or to this very
// machine only; a message that a job sends again, with the same text, has the
// same Message-ID, so that mail programs show it once.
//
// Errors: those that another try would meet again are marked by job.Permanent:
// a message that cannot be written, an answer of the server in the five
// hundreds. They name neither recipient nor text nor password.
package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	gomail "github.com/wneessen/go-mail"

	"github.com/project-nexus/nexus/internal/job"
)

// Message is a mail in plain text.
type Message struct {
	// To is an address, with or without a name.
	To      string
	Subject string
	Text    string
}

// Sender takes outgoing messages. It is safe for concurrent use.
type Sender interface {
	Send(ctx context.Context, message Message) error
}

// Options tell where mails go.
type Options struct {
	// URL is that of the SMTP server, NEXUS_SMTP_URL. Empty: mails become files.
	URL string
	// Dir is the folder of those files; it is made when absent.
	Dir string
	// From is the sender, NEXUS_MAIL_FROM.
	From string
	// Log gets a line for each file; nil takes slog.Default.
	Log *slog.Logger
	// Now is the clock; nil takes time.Now.
	Now func() time.Time
}

// Open returns the Sender that the options describe. It connects to nobody. The
// error names the variable that is wrong, never a password.
func Open(o Options) (Sender, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now //nolint:forbidigo // the default of the field
	}
	from, err := parseAddress(o.From)
	if err != nil {
		return nil, fmt.Errorf("NEXUS_MAIL_FROM: %w", err)
	}
	w := writer{from: from, now: o.Now}
	if o.URL == "" {
		return openFolder(w, o)
	}
	return openServer(w, o.URL)
}

// writer turns messages into what goes over the wire.
type writer struct {
	from *mail.Address
	now  func() time.Time
}

// write returns the mail of a message.
func (w writer) write(ctx context.Context, message Message) (*gomail.Msg, error) {
	to, err := parseAddress(message.To)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the recipient: %w", err)
	case message.Subject == "" || !utf8.ValidString(message.Subject) || strings.ContainsFunc(message.Subject, unicode.IsControl):
		return nil, errors.New("the subject is empty, no UTF-8 or has control characters")
	case message.Text == "" || !utf8.ValidString(message.Text):
		return nil, errors.New("the text is empty or no UTF-8")
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(w.from)
	m.ToMailAddress(to)
	m.Subject(message.Subject)
	m.SetDateWithValue(w.now())
	m.SetMessageIDWithValue(w.id(ctx, message))
	// Nobody's holiday notice is to answer.
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(gomail.TypeTextPlain, message.Text)
	return m, nil
}

// id names a message after its job and its content: what a job sends again after
// a failure is the same message, unless it holds another code.
func (w writer) id(ctx context.Context, message Message) string {
	name := uuid.New()
	if of, ok := job.IDOf(ctx); ok {
		content := strings.Join([]string{message.To, message.Subject, message.Text}, "\x00")
		name = uuid.NewSHA1(of, []byte(content))
	}
	return name.String() + w.from.Address[strings.LastIndex(w.from.Address, "@"):]
}

// parseAddress reads one address. The error does not repeat it.
func parseAddress(text string) (*mail.Address, error) {
	if strings.ContainsFunc(text, unicode.IsControl) {
		return nil, errors.New("the e-mail address has control characters")
	}
	address, err := mail.ParseAddress(text)
	if err != nil {
		return nil, errors.New("this is no e-mail address")
	}
	return address, nil
}
