package mail

import (
	"embed"
	"strings"
	"text/template"
)

//go:embed templates
var templates embed.FS

// content is what templates put in.
type content struct {
	Handle, Code, URL string
	Invited
	News
}

// Invited is what an invitation is to.
type Invited struct {
	Cohort, Program string
	// Role is LEARNER, MENTOR or STAFF.
	Role string
}

// Verification asks whether an address belongs to whoever registered with it.
// The code holds for 24 hours.
func Verification(to, handle, code, publicURL string) Message {
	return fill("verification.txt", to, content{Handle: handle, Code: code, URL: publicURL})
}

// AddressKnown tells that somebody tried to register with an address that has an
// account.
func AddressKnown(to, publicURL string) Message {
	return fill("known.txt", to, content{URL: publicURL})
}

// PasswordReset brings the code that sets a new password. It holds for an hour.
func PasswordReset(to, code, publicURL string) Message {
	return fill("reset.txt", to, content{Code: code, URL: publicURL})
}

// PasswordChanged tells that the password is another one now.
func PasswordChanged(to, publicURL string) Message {
	return fill("changed.txt", to, content{URL: publicURL})
}

// Invitation asks whoever has an address to join a cohort. The code holds for 14
// days.
func Invitation(to string, invited Invited, code, publicURL string) Message {
	invited.Role = map[string]string{"LEARNER": "a learner", "MENTOR": "a mentor", "STAFF": "one of its staff"}[invited.Role]
	// People choose the names: each stays on its line.
	invited.Cohort = strings.Join(strings.Fields(invited.Cohort), " ")
	invited.Program = strings.Join(strings.Fields(invited.Program), " ")
	return fill("invitation.txt", to, content{Code: code, URL: publicURL, Invited: invited})
}

// fill writes a template, whose first line is the subject. Templates are part of
// the binary and tested: they do not fail.
func fill(name, to string, c content) Message {
	c.URL = strings.TrimRight(c.URL, "/")
	var b strings.Builder
	if err := template.Must(template.ParseFS(templates, "templates/"+name)).Execute(&b, c); err != nil {
		panic(err) // unreachable, as above
	}
	subject, text, _ := strings.Cut(b.String(), "\n")
	return Message{To: to, Subject: subject, Text: strings.TrimLeft(text, "\n")}
}
