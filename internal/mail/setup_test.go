package mail_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/mail"
)

const from = "Nexus Hub <hub@nexus.example.org>"

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// smtpServer is as much of an SMTP server as a client of one mail sees.
type smtpServer struct {
	address string
	// answers replace the usual ones, by command.
	answers map[string]string

	mu       sync.Mutex
	commands []string
	mails    []string
}

// serve starts a server on the loopback address until the test ends.
func serve(t *testing.T, answers map[string]string) *smtpServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &smtpServer{address: listener.Addr().String(), answers: answers}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() { s.talk(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		all.Wait()
	})
	return s
}

func (s *smtpServer) talk(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	text := textproto.NewReader(bufio.NewReader(conn))
	answer := func(command, usual string) {
		if other, ok := s.answers[command]; ok {
			usual = other
		}
		_, _ = fmt.Fprintf(conn, "%s\r\n", usual)
	}
	answer("", "220 ready")
	for {
		line, err := text.ReadLine()
		if err != nil {
			return
		}
		s.note(line)
		switch command, _, _ := strings.Cut(strings.ToUpper(line), " "); command {
		case "EHLO":
			answer(command, "250-here\r\n250-AUTH PLAIN\r\n250 8BITMIME")
		case "AUTH":
			answer(command, "235 welcome")
		case "DATA":
			answer(command, "354 go on")
			if s.answers[command] != "" {
				continue
			}
			content, err := io.ReadAll(text.DotReader())
			if err != nil {
				return
			}
			if s.answers["."] == "" {
				s.keep(string(content))
			}
			answer(".", "250 taken")
		case "QUIT":
			answer(command, "221 bye")
			return
		default:
			answer(command, "250 ok")
		}
	}
}

func (s *smtpServer) note(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands = append(s.commands, line)
}

func (s *smtpServer) keep(content string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, content)
}

func (s *smtpServer) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.commands, "\n") + "\n"
}

// one returns the only mail that the server took.
func (s *smtpServer) one(t *testing.T) letter {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.mails) != 1 {
		t.Fatalf("%d mails arrived, want 1", len(s.mails))
	}
	return read(t, s.mails[0])
}

// sender opens a sender to the server; user may be "name:password@".
func (s *smtpServer) sender(t *testing.T, user string) mail.Sender {
	t.Helper()
	return open(t, mail.Options{URL: "smtp://" + user + s.address})
}

func open(t *testing.T, o mail.Options) mail.Sender {
	t.Helper()
	o.From, o.Now = from, noon
	if o.Log == nil {
		o.Log = quiet()
	}
	sender, err := mail.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

// letter is a mail as its reader sees it.
type letter struct {
	header  netmail.Header
	subject string
	text    string
}

func read(t *testing.T, raw string) letter {
	t.Helper()
	for line := range strings.Lines(raw) {
		if len(line) > 80 {
			t.Errorf("a line of %d characters: %s", len(line), line)
		}
	}
	parsed, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	if encoding := parsed.Header.Get("Content-Transfer-Encoding"); encoding != "quoted-printable" {
		t.Fatalf("the text is encoded as %q", encoding)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(parsed.Body))
	if err != nil {
		t.Fatal(err)
	}
	return letter{parsed.Header, subject, strings.ReplaceAll(string(text), "\r\n", "\n")}
}
