package app_test

import (
	"testing"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/auth/password"
	"github.com/project-nexus/nexus/internal/id"
)

// signedIn makes an account and signs it in.
func signedIn(t *testing.T, nexus *app.App, handle, role string) *caller {
	t.Helper()
	const secret = "a long walk in the rain"
	hash, err := password.New(password.Options{}).Hash(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	person, email := id.New[id.User](), handle+"@example.org"
	db := nexus.DB().Handle(t.Context())
	if err := db.Exec(`INSERT INTO app_user (id, handle, display_name, role) VALUES (?, ?, ?, ?)`, person, handle, handle, role).Error; err != nil {
		t.Fatal(err)
	}
	if err := db.Exec(`INSERT INTO credential (user_id, email, folded_email, password_hash) VALUES (?, ?, ?, ?)`, person, email, email, hash).Error; err != nil {
		t.Fatal(err)
	}
	c := &caller{t: t, handler: nexus.Handler()}
	c.bearer = c.text(`mutation { login(input: {email: "`+email+`", password: "`+secret+`"}) { session { accessToken } } }`, "login", "session", "accessToken")
	return c
}

// Over the whole way: an admin adds programme and cohort, somebody is invited to it
// and joins with the code of the mail.
func TestAnInvitationGoesOutByMail(t *testing.T) {
	t.Parallel()
	nexus, folder := served(t)
	admin, invited := signedIn(t, nexus, "ada", "ADMIN"), signedIn(t, nexus, "grace", "USER")
	program := admin.text(`mutation { createProgram(input: {title: "Back End"}) { program { id } } }`, "createProgram", "program", "id")
	cohort := admin.text(`mutation { createCohort(input: {programId: "`+program+`", name: "spring"}) { cohort { id } } }`, "createCohort", "cohort", "id")
	seen := `{ cohort(id: "` + cohort + `") { name } }`
	if value, _ := invited.do(seen, "cohort"); value != nil {
		t.Errorf("a cohort for members is seen: %v", value)
	}
	admin.text(`mutation { inviteToCohort(input: {cohortId: "`+cohort+`", email: "Grace@example.org", role: MENTOR}) { invitation { id } } }`, "inviteToCohort", "invitation", "id")
	code := codeOfMail(t, folder)
	role := invited.text(`mutation { acceptInvitation(input: {token: "`+code+`"}) { membership { role } } }`, "acceptInvitation", "membership", "role")
	if name := invited.text(seen, "cohort", "name"); name != "spring" || role != "MENTOR" {
		t.Errorf("%s of %s", role, name)
	}
}
