package mail

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/project-nexus/nexus/internal/job"
)

// serverTimeout bounds how long the server is waited for.
const serverTimeout = 10 * time.Second

// server hands mails to an SMTP server, over a connection for each.
type server struct {
	writer
	client *gomail.Client
}

// openServer reads smtp://user:password@host:port or smtps://…. With smtp://
// the connection is encrypted by STARTTLS or given up, unless it is one to this
// machine or the URL ends in ?tls=off.
func openServer(w writer, address string) (Sender, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("NEXUS_SMTP_URL: it is no URL") // url's error repeats it, password included
	}
	options, err := clientOptions(u)
	if err != nil {
		return nil, fmt.Errorf("NEXUS_SMTP_URL: %w", err)
	}
	client, err := gomail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("NEXUS_SMTP_URL: %w", err)
	}
	return &server{writer: w, client: client}, nil
}

func clientOptions(u *url.URL) ([]gomail.Option, error) {
	off := u.Scheme == "smtp" && u.RawQuery == "tls=off"
	unencrypted := off || u.Scheme == "smtp" && isLoopback(u.Hostname())
	options := []gomail.Option{gomail.WithTimeout(serverTimeout), gomail.WithoutNoop(), gomail.WithoutRset()}
	port := gomail.DefaultPortTLS
	switch {
	case u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "":
		return nil, errors.New("want smtp://host or smtps://host")
	case strings.Trim(u.Path, "/") != "" || u.Fragment != "" || u.RawQuery != "" && !off:
		return nil, errors.New("nothing may follow host and port, except ?tls=off after smtp://")
	case u.Scheme == "smtps":
		port = gomail.DefaultPortSSL
		options = append(options, gomail.WithSSL())
	case unencrypted:
		port = gomail.DefaultPort
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if u.Port() != "" {
		var err error
		if port, err = strconv.Atoi(u.Port()); err != nil || port < 1 || port > 65535 {
			return nil, errors.New("the port is none")
		}
	}
	options = append(options, gomail.WithPort(port))
	if u.User == nil {
		return options, nil
	}
	kind := gomail.SMTPAuthAutoDiscover
	if unencrypted {
		if !isLoopback(u.Hostname()) {
			return nil, errors.New("a password is not sent without TLS; leave out ?tls=off or the user")
		}
		kind = gomail.SMTPAuthPlainNoEnc
	}
	password, _ := u.User.Password()
	return append(options, gomail.WithSMTPAuth(kind), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password)), nil
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// Send hands a message to the server.
func (s *server) Send(ctx context.Context, message Message) error {
	m, err := s.write(ctx, message)
	if err != nil {
		return job.Permanent(fmt.Errorf("write a mail: %w", err))
	}
	err = s.client.DialAndSendWithContext(ctx, m)
	// What goes wrong after the server took the mail would send it twice.
	if err == nil || m.IsDelivered() {
		return nil
	}
	return sendError(err, m)
}

// sendError tells what another try can mend. The servers' answers often repeat
// the recipient, who does not belong into logs.
func sendError(err error, m *gomail.Msg) error {
	text := err.Error()
	for _, to := range m.GetTo() {
		text = strings.ReplaceAll(text, to.Address, "the recipient")
	}
	readable := errors.New("send a mail: " + text)
	if failure, ok := errors.AsType[*gomail.SendError](err); ok {
		// Those about a sign-in are for the operator to mend meanwhile.
		if code := failure.ErrorCode(); code >= 500 && code != 530 && code != 535 {
			return job.Permanent(readable)
		}
	}
	return readable
}
