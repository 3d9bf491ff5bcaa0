//go:build chaos

package chaos

import (
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"
)

// unseenObjects is how many challenges of a cohort of others there are.
const unseenObjects = 300

// What a person may not see and what does not exist take the same time: to look
// up, among many, and to change.
func TestTimesTellNobodyWhatIsHidden(t *testing.T) { //nolint:paralleltest // times are measured
	set := newSetting(t)
	set.addPeople(t, 1)
	c := newClient(set.start(t), 1)
	token, _ := postChallenge(t, c)
	ids := set.addUnseen(t)
	probes := []probe{
		{"challenge(id)", tries / unseenObjects, func(_ int, id string) operation {
			return operation{query: `query ($id: ID!) { challenge(id: $id) { title } }`, variables: map[string]any{"id": id}}
		}},
		{"node(id)", tries / unseenObjects, func(_ int, id string) operation {
			return operation{query: `query ($id: ID!) { node(id: $id) { id } }`, variables: map[string]any{"id": id}, bearer: token}
		}},
		{"updateChallenge", tries / unseenObjects, func(_ int, id string) operation {
			return operation{
				query:     `mutation ($id: ID!) { updateChallenge(input: {id: $id, body: "mine"}) { challenge { id } userErrors { code message path } } }`,
				variables: map[string]any{"id": id}, bearer: token,
			}
		}},
	}
	r := newReport(t, "Hidden objects: what an answer and its time tell")
	r.add("bar", "AUC %.2f to %.2f; answers alike", lowAUC, highAUC)
	network := 0
	for i, p := range probes {
		m := measurement{probe: p, random: rand.New(rand.NewPCG(seed, uint64(i))), network: &network}
		absent := func(int) string { return "ch_" + uuid.Must(uuid.NewV7()).String() }
		m.compare(t, c, func(n int) (string, string) { return ids[n%unseenObjects], absent(n) }, absent)
		m.judge(t, r)
	}
}

// addUnseen posts challenges in a cohort without members and returns their ids.
func (s setting) addUnseen(t *testing.T) []string {
	t.Helper()
	rows, err := s.connect(t).Query(t.Context(), `WITH home AS (
			INSERT INTO program (id, slug, title, folded_title) VALUES (gen_random_uuid(), 'closed', 'Closed', 'closed') RETURNING id),
		inside AS (
			INSERT INTO cohort (id, program_id, name, visibility) SELECT gen_random_uuid(), id, 'Closed', 'MEMBERS' FROM home RETURNING id)
		INSERT INTO challenge (id, title, body, cohort_id)
		SELECT gen_random_uuid(), 'Closed ' || n, 'Not for everybody.', inside.id FROM inside, generate_series(1, $1) AS n
		RETURNING 'ch_' || id`, unseenObjects)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil || len(ids) != unseenObjects {
		t.Fatalf("%d challenges: %v", len(ids), err)
	}
	return ids
}
