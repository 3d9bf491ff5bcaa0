package ingest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/ingest"
)

// told is a challenge without its lines.
type told struct{ Title, Body, Solution string }

func challengesOf(d *ingest.Document) []told {
	var all []told
	for _, c := range d.Challenges {
		t := told{Title: c.Title, Body: c.Body}
		if c.Solution != nil {
			t.Solution = c.Solution.Body
		}
		all = append(all, t)
	}
	return all
}

func TestChallengesInEveryForm(t *testing.T) {
	t.Parallel()
	slow := told{Title: "Slow list of orders", Solution: "Added an index on `placed_at`"}
	lost := told{Title: "Mails got lost", Solution: "Acknowledged each task late"}
	both := []told{slow, lost}
	for name, test := range map[string]struct {
		markdown string
		want     []told
	}{
		"table": {"## Challenges and Solutions\n\n| Challenge | Solution |\n|--|--|\n| Slow list of orders | Added an index on `placed_at` |\n| Mails got lost | Acknowledged each task late |\n", both},
		"table with a third column": {
			"## Problems\n\n| No. | Problem | Cause | Fix |\n|--|--|--|--|\n| 1 | Mails got lost | The worker died | Acknowledged each task late |\n",
			[]told{{"Mails got lost", "The worker died", "Acknowledged each task late"}},
		},
		"pasted table": {"## Challenges & Solutions\n\nChallenge\tSolution\nSlow list of orders\tAdded an index on `placed_at`\nMails got lost\tAcknowledged each task late\n", both},
		"bold labels in one bullet": {
			"### Challenges\n\n- **Challenge:** Slow list of orders\n  **Solution:** Added an index on `placed_at`\n\n- **Challenge:** Mails got lost\n  **Solution:** Acknowledged each\n  task late\n",
			[]told{slow, {"Mails got lost", "", "Acknowledged each\ntask late"}},
		},
		"labels in a nested list": {
			"# Challenges\n\n* **Slow list of orders**\n  * *Issue*: a scan of the whole table\n  * *Solution*: Added an index on `placed_at`\n  * *Outcome*: fast\n",
			[]told{{"Slow list of orders", "a scan of the whole table\n\n**Outcome:** fast", "Added an index on `placed_at`"}},
		},
		"sub-headings with labels": {
			"## Challenges\n\n### Challenge 1: Slow list of orders\n**Problem**: a scan of the whole table\n**Solution**:\n- Added an index\n- Measured again\n\n### 2. Mails got lost\n\n**Fix:** Acknowledged each task late\n",
			[]told{{"Slow list of orders", "a scan of the whole table", "Added an index\nMeasured again"}, lost},
		},
		"sub-headings with the solution alone": {"## Challenges & Solutions\n\n### Slow list of orders\n\nAdded an index on `placed_at`\n\n### Mails got lost\n\nAcknowledged each task late\n", both},
		"titled bullets":                       {"## Challenges and solutions\n\n- **Slow list of orders**: Added an index on `placed_at`\n- **Mails got lost** – Acknowledged each task late\n", both},
		"arrows":                               {"## Challenges → Solutions\n\n- Slow list of orders → Added an index on `placed_at`\n- Mails got lost => Acknowledged each task late\n", both},
		"nested bullets":                       {"## Challenges\n\n1. Slow list of orders\n   - Added an index on `placed_at`\n2. Mails got lost\n   - Acknowledged each task late\n", both},
		"plain labels":                         {"Challenges Faced\n\nChallenge: Slow list of orders\nSolution: Added an index on `placed_at`\n\nChallenge: Mails got lost\nSolution: Acknowledged each task late\n", both},
		"numbered titles in text":              {"### Challenges\n1. Slow list of orders\n\nChallenge: a scan\nSolution:\n- Added an index\n\n2. Mails got lost\n\nChallenge: a crash\nSolution:\n- Acknowledged late\n", []told{{"Slow list of orders", "a scan", "Added an index"}, {"Mails got lost", "a crash", "Acknowledged late"}}},
		"label in the middle":                  {"## Challenges\n\nChallenge 1: Mails got lost\n\nProblem: the worker died Solution:Acknowledged each task late\n", []told{{"Mails got lost", "the worker died", "Acknowledged each task late"}}},
		"two lists of equal length":            {"## Challenges\n\n1. Slow list of orders\n2. Mails got lost\n\n## Solutions\n\n1. Added an index on `placed_at`\n2. Acknowledged each task late\n", both},
		"two lists below one name":             {"## Challenges and solutions\n\n### Common challenges\n- Slow list of orders\n- Mails got lost\n\n### Solutions\n- Added an index on `placed_at`\n- Acknowledged each task late\n", both},
		"lists of unequal length":              {"## Challenges\n\n- Slow list of orders\n- Mails got lost\n\n## Solutions\n\n- One\n- Two\n- Three\n", []told{{Title: "Slow list of orders"}, {Title: "Mails got lost"}}},
		"prose":                                {"## Problems I had to solve\n\nThe list of orders was slow. It scanned the table. I fixed it by adding an index.\n", []told{{"The list of orders was slow.", "It scanned the table.", "I fixed it by adding an index."}}},
		"solved by":                            {"## Challenges\n\n- **Slow list of orders** – Every page scanned the table; solved by adding an index\n", []told{{"Slow list of orders", "Every page scanned the table;", "solved by adding an index"}}},
		"no heading at all":                    {"Notes.\n\nLost mails Challenge: The worker died. Solution: Acknowledged late.\n", []told{{"Lost mails", "The worker died.", "Acknowledged late."}}},
		"bold titles with a number":            {"## Challenges\n\n**Challenge 1 – Slow list of orders**\n\nAdded an index on `placed_at`\n\n**Challenge 2 – Mails got lost**\n\nAcknowledged each task late\n", both},
		"folded parts":                         {"## Challenges\n\n<details>\n<summary>Mails got lost</summary>\n\n**Solution:** Acknowledged each task late\n\n</details>\n", []told{lost}},
		"two lists, own names":                 {"## Challenges\n### Technical challenges\n- Slow list of orders\n- Mails got lost\n### How I solved them\n- Added an index on `placed_at`\n- Acknowledged each task late\n", both},
		"groups":                               {"## Challenges\n\n### Backend\n- **Slow list of orders**: Added an index on `placed_at`\n- **Mails got lost**: Acknowledged each task late\n\n### Frontend\n- **Flicker**: a skeleton\n", append(both[:2:2], told{Title: "Flicker", Solution: "a skeleton"})},
		"one paragraph":                        {"## Challenges\n\nI met many challenges. Mails got lost. I fixed it by late acknowledgement.\n", []told{{Title: "Mails got lost.", Solution: "I fixed it by late acknowledgement."}}},
		"marks in front":                       {"## Challenges\n\n- ⚠️ Challenge: Mails got lost\n- 💡 Solution: Acknowledged each task late\n", []told{lost}},
		"quoted":                               {"## Challenges\n\n> **Challenge**: Mails got lost\n> **Solution**: Acknowledged each task late\n", []told{lost}},
		"Spanish":                              {"## Desafíos y soluciones\n\n1. **Desafío:** La lista era lenta\n   **Solución:** Un índice nuevo\n", []told{{"La lista era lenta", "", "Un índice nuevo"}}},
		"without a solution":                   {"## Challenges\n\n- Slow list of orders\n", []told{{Title: "Slow list of orders"}}},
		"introduction is none":                 {"## Challenges and Solutions\n\nHere are some challenges I faced:\n\n- **Mails got lost**: Acknowledged each task late\n", []told{lost}},
		"feature of the page":                  {"## Key Features\n\n- **Challenges & Solutions**: real problems and how they ended\n", nil},
		"entry of the contents":                {"1. [Challenges](#challenges)\n   - [Slow lists](#slow)\n\n## Challenges\n", nil},
		"placeholder":                          {"## Challenges\n\n- **Challenge:** [Describe the problem]\n  **Solution:** [Describe what you did]\n", nil},
		"manual":                               {"# Shop\n\n## Troubleshooting\n\n- Port in use: stop the other server\n\n## Known issues\n\n- Slow start\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := extract(t, test.markdown)
			if diff := cmp.Diff(test.want, challengesOf(d)); diff != "" {
				t.Errorf("challenges (-want +got):\n%s", diff)
			}
		})
	}
}

func TestChallengeKnowsItsTechnologiesAndLines(t *testing.T) {
	t.Parallel()
	d := extract(t, "# Notes\n\n## Challenges\n\n- **Challenge:** Celery lost a mail, make no mistake\n  **Solution:** Express yourself, then use Postgres\n")
	got := d.Challenges[0]
	if diff := cmp.Diff([]string{"Celery", "PostgreSQL"}, got.Technologies); diff != "" {
		t.Errorf("technologies (-want +got):\n%s", diff)
	}
	if got.FirstLine != 5 || got.LastLine != 6 || got.Solution.FirstLine != 6 || got.Solution.LastLine != 6 {
		t.Errorf("lines %v, solution %v", got.Span, got.Solution.Span)
	}
}

func extract(t *testing.T, markdown string) *ingest.Document {
	t.Helper()
	d, err := ingest.Extract([]byte(markdown))
	if err != nil {
		t.Fatal(err)
	}
	return d
}
