package mail_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/job"
	"github.com/project-nexus/nexus/internal/mail"
)

func message() mail.Message {
	return mail.Message{
		To: "ada@example.org", Subject: "Grüße an alle, die gerne sehr lange Betreffzeilen lesen, von der ersten bis zur letzten Zeile",
		Text: "Hello Ada,\n\n" + strings.Repeat("eine lange Zeile ", 100) + "\n.\n.two dots\n日本語\n",
	}
}

func TestAMailArrivesAsItWasWritten(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	want := message()
	if err := s.sender(t, "").Send(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	got := s.one(t)
	if got.subject != want.Subject || strings.TrimRight(got.text, "\n") != strings.TrimRight(want.Text, "\n") {
		t.Errorf("subject %q, text %q", got.subject, got.text)
	}
	for header, want := range map[string]string{
		"From": `"Nexus Hub" <hub@nexus.example.org>`, "To": "<ada@example.org>",
		"Date": "Sun, 01 Mar 2026 12:00:00 +0000", "Auto-Submitted": "auto-generated",
	} {
		if got := got.header.Get(header); got != want {
			t.Errorf("%s: %s, want %s", header, got, want)
		}
	}
	if id := got.header.Get("Message-ID"); !strings.HasSuffix(id, "@nexus.example.org>") {
		t.Errorf("Message-ID: %s", id)
	}
	for _, command := range []string{"MAIL FROM:<hub@nexus.example.org>", "RCPT TO:<ada@example.org>"} {
		if !strings.Contains(s.said(), command) {
			t.Errorf("the client never said %s:\n%s", command, s.said())
		}
	}
}

func TestTheServersAnswerDecidesAboutAnotherTry(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answers   map[string]string
		permanent bool
	}{
		"recipient unknown":   {map[string]string{"RCPT": "550 5.1.1 nobody called ada@example.org here"}, true},
		"recipient's box":     {map[string]string{"RCPT": "452 4.2.2 the box of ada@example.org is full"}, false},
		"sender refused":      {map[string]string{"MAIL": "553 5.1.8 no"}, true},
		"grey list":           {map[string]string{"MAIL": "451 4.7.1 come back"}, false},
		"sign-in wanted":      {map[string]string{"MAIL": "530 5.7.0 who are you"}, false},
		"content refused":     {map[string]string{".": "554 5.6.0 looks like spam"}, true},
		"content not now":     {map[string]string{".": "450 4.3.0 disk full"}, false},
		"no data":             {map[string]string{"DATA": "421 4.3.2 going down"}, false},
		"busy at the door":    {map[string]string{"": "421 too busy"}, false},
		"closed at the door":  {map[string]string{"": "554 closed"}, false},
		"no sign of a server": {map[string]string{"": "who is there"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, test.answers)
			err := s.sender(t, "").Send(t.Context(), message())
			if err == nil || job.IsPermanent(err) != test.permanent {
				t.Fatalf("got %v, want permanent %t", err, test.permanent)
			}
			if strings.Contains(err.Error(), "ada") {
				t.Errorf("the error names the recipient: %v", err)
			}
		})
	}
}

// Once the server has the mail, another try would bring it twice.
func TestAMailThatWasTakenIsNotSentAgain(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"QUIT": "421 no"})
	if err := s.sender(t, "").Send(t.Context(), message()); err != nil {
		t.Error(err)
	}
	s.one(t)
}

func TestNobodyAnswers(t *testing.T) {
	t.Parallel()
	err := open(t, mail.Options{URL: "smtp://127.0.0.1:1"}).Send(t.Context(), message())
	if err == nil || job.IsPermanent(err) {
		t.Errorf("got %v, want an error to try again after", err)
	}
}

func TestSigningIn(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	if err := s.sender(t, "nexus:hush%2Fhush@").Send(t.Context(), message()); err != nil {
		t.Fatal(err)
	}
	s.one(t)
	if want := base64.StdEncoding.EncodeToString([]byte("\x00nexus\x00hush/hush")); !strings.Contains(s.said(), "AUTH PLAIN "+want) {
		t.Errorf("not signed in:\n%s", s.said())
	}

	refusing := serve(t, map[string]string{"AUTH": "535 5.7.8 wrong"})
	err := refusing.sender(t, "nexus:hush@").Send(t.Context(), message())
	if err == nil || job.IsPermanent(err) || strings.Contains(err.Error(), "hush") {
		t.Errorf("got %v, want an error to try again after, without the password", err)
	}
}

// 0.0.0.0 leads to this machine as well, and does not say so.
func TestAConnectionToAnotherMachineIsEncryptedOrGivenUp(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"smtp://nexus:hush@0.0.0.0", "smtp://0.0.0.0", "smtps://nexus:hush@127.0.0.1"} {
		s := serve(t, nil)
		port := s.address[strings.LastIndex(s.address, ":"):]
		err := open(t, mail.Options{URL: url + port}).Send(t.Context(), message())
		if err == nil || job.IsPermanent(err) {
			t.Errorf("%s: got %v", url, err)
		}
		if said := s.said(); strings.Contains(said, "AUTH") || strings.Contains(said, "MAIL") {
			t.Errorf("%s: the client said in clear:\n%s", url, said)
		}
	}
	s := serve(t, nil)
	port := s.address[strings.LastIndex(s.address, ":"):]
	if err := open(t, mail.Options{URL: "smtp://0.0.0.0" + port + "?tls=off"}).Send(t.Context(), message()); err != nil {
		t.Error(err)
	}
	s.one(t)
}

func TestSettingsThatAreWrongAreNamed(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"nexus:hush@mail.example.org", "https://nexus:hush@mail.example.org", "smtp://nexus:hush@", "smtp://nexus:hush@host:99999999",
		"smtp://nexus:hush@host:0", "smtp://nexus:hush@host:\x7f", "smtp://nexus:hush@host/path", "smtp://nexus:hush@host?tls=on",
		"smtps://nexus:hush@host?tls=off", "smtp://nexus:hush@host?tls=off", "smtp://nexus:hush@host#hush",
	} {
		_, err := mail.Open(mail.Options{URL: url, From: from})
		if err == nil || !strings.HasPrefix(err.Error(), "NEXUS_SMTP_URL: ") || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", url, err)
		}
	}
	for _, sender := range []string{"", "Nexus", "Nexus <a@b.example>\r\nBcc: c@d.example"} {
		if _, err := mail.Open(mail.Options{Dir: t.TempDir(), From: sender}); err == nil || !strings.HasPrefix(err.Error(), "NEXUS_MAIL_FROM: ") {
			t.Errorf("from %q: %v", sender, err)
		}
	}
}
