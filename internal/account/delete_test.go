package account_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/account"
	"github.com/project-nexus/nexus/internal/id"
)

// What a person kept for themselves, who followed them and what was sent to their
// address go with the account; what is others' stays.
func TestADeletedAccountTakesItsPrivateThings(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	ada, eve := h.person(address, "ada"), h.person("eve@example.org", "eve")
	program, cohort, challenge := id.New[id.Program](), id.New[id.Cohort](), id.New[id.Challenge]()
	exec := func(sql string, values ...any) {
		if err := h.db.Handle(t.Context()).Exec(sql, values...).Error; err != nil {
			t.Fatal(err)
		}
	}
	exec(`INSERT INTO program (id, slug, title, folded_title) VALUES (?, 'go', 'Go', 'go')`, program)
	exec(`INSERT INTO cohort (id, program_id, name, visibility) VALUES (?, ?, 'spring', 'MEMBERS')`, cohort, program)
	exec(`INSERT INTO challenge (id, title, body) VALUES (?, 'x', '')`, challenge)
	for person, other := range map[id.User]id.User{ada: eve, eve: ada} {
		exec(`INSERT INTO membership (id, cohort_id, user_id, role) VALUES (?, ?, ?, 'STAFF')`, id.New[id.Membership](), cohort, person)
		exec(`INSERT INTO bookmark (id, user_id, challenge_id) VALUES (?, ?, ?)`, id.New[id.Bookmark](), person, challenge)
		exec(`INSERT INTO follow (id, user_id, challenge_id) VALUES (?, ?, ?)`, id.New[id.Follow](), person, challenge)
		exec(`INSERT INTO notification (id, user_id, kind, event_id, actor_id, challenge_id, in_app, email)
			VALUES (?, ?, 'MENTIONED', ?, ?, ?, true, 'NONE')`, id.New[id.Notification](), person, id.New[id.Event](), other, challenge)
		exec(`INSERT INTO notification_preference (user_id, kind, in_app) VALUES (?, 'MENTIONED', false)`, person)
		exec(`INSERT INTO follow (id, user_id, followed_user_id) VALUES (?, ?, ?)`, id.New[id.Follow](), person, other)
	}
	for _, email := range []string{address, "eve@example.org"} {
		exec(`INSERT INTO invitation (id, cohort_id, email, folded_email, role, invited_by_id, expires_at)
			VALUES (?, ?, ?, lower(?), 'LEARNER', ?, now() + interval '1 day')`, id.New[id.Invitation](), cohort, email, email, ada)
	}
	exec(`INSERT INTO invitation_code (invitation_id, token_hash) SELECT id, decode(md5(email), 'hex') FROM invitation`)
	ctx := h.as(h.mustLogin(address, secret).AccessToken)
	if _, err := h.DeleteAccount(ctx, account.DeleteAccountInput{Password: secret}); err != nil {
		t.Fatal(err)
	}
	var left []string
	err := h.db.Handle(t.Context()).Raw(`SELECT 'bookmark ' || u.handle FROM bookmark JOIN app_user AS u ON u.id = user_id
		UNION ALL SELECT 'follow ' || u.handle || ' ' || (challenge_id IS NOT NULL) FROM follow JOIN app_user AS u ON u.id = user_id
		UNION ALL SELECT 'notification ' || u.handle FROM notification JOIN app_user AS u ON u.id = user_id
		UNION ALL SELECT 'preference ' || u.handle FROM notification_preference JOIN app_user AS u ON u.id = user_id
		UNION ALL SELECT 'membership ' || u.handle FROM membership JOIN app_user AS u ON u.id = user_id
		UNION ALL SELECT 'invitation ' || email FROM invitation UNION ALL SELECT 'codes ' || count(*) FROM invitation_code ORDER BY 1`).Scan(&left).Error
	want := []string{"bookmark eve", "codes 1", "follow eve true", "invitation eve@example.org", "membership eve", "notification eve", "preference eve"}
	if diff := cmp.Diff(want, left); diff != "" || err != nil {
		t.Errorf("left (-want +got):\n%s%v", diff, err)
	}
}
