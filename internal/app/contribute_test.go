package app_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/playground"
)

// exampleNamed returns an example of the Playground and its variables.
func exampleNamed(t *testing.T, name string) (query string, variables map[string]any) {
	t.Helper()
	for _, example := range playground.Examples() {
		if _, rest, _ := strings.Cut(example.Name, "-"); rest == name {
			if err := json.Unmarshal([]byte(example.Variables), &variables); err != nil {
				t.Fatal(err)
			}
			return example.Query, variables
		}
	}
	t.Fatalf("there is no example %s", name)
	return "", nil
}

// The examples of contributing lead from one to the next, as their comments say.
func TestTheExamplesOfContributingWorkTogether(t *testing.T) {
	t.Parallel()
	nexus := startWithSample(t)
	learner := signInToSample(t, nexus, "learner@example.org")
	run := func(name string, changed map[string]any, data any) {
		t.Helper()
		query, variables := exampleNamed(t, name)
		maps.Copy(variables, changed)
		text, err := json.Marshal(variables)
		if err != nil {
			t.Fatal(err)
		}
		var all map[string]json.RawMessage
		learner.ask(t, nexus, query, string(text), &all)
		for field, payload := range all {
			if !strings.Contains(string(payload), `"userErrors":[]`) {
				t.Fatalf("%s: %s %s", name, field, payload)
			}
			if err := json.Unmarshal(payload, data); err != nil {
				t.Fatal(err)
			}
		}
	}
	var posted struct {
		Challenge struct{ ID, Status, BodyHTML string }
	}
	run("post-a-challenge", nil, &posted)
	if posted.Challenge.Status != "OPEN" || !strings.Contains(posted.Challenge.BodyHTML, "<em>old</em>") {
		t.Errorf("posted: %+v", posted)
	}
	var solved, accepted struct {
		Solution struct {
			ID        string
			Accepted  bool
			Challenge struct{ Status string }
		}
	}
	run("add-a-solution", map[string]any{"challengeId": posted.Challenge.ID}, &solved)
	run("accept-a-solution", map[string]any{"id": solved.Solution.ID}, &accepted)
	if solved.Solution.Challenge.Status != "OPEN" || !accepted.Solution.Accepted || accepted.Solution.Challenge.Status != "SOLVED" {
		t.Errorf("solved: %+v, accepted: %+v", solved, accepted)
	}
	var commented struct {
		Comment struct {
			Author  struct{ Handle string }
			Subject struct {
				Typename string `json:"__typename"`
			}
		}
	}
	run("comment", map[string]any{"subjectId": solved.Solution.ID}, &commented)
	if commented.Comment.Author.Handle != "learner-01" || commented.Comment.Subject.Typename != "Solution" {
		t.Errorf("commented: %+v", commented)
	}
	var others struct {
		User struct {
			Challenges struct {
				Nodes []struct {
					ID    string
					Score int
				}
			}
		}
	}
	learner.ask(t, nexus, `{ user(handle: "learner-02") { challenges(first: 1) { nodes { id score } } } }`, "", &others)
	if len(others.User.Challenges.Nodes) == 0 {
		t.Fatal("the second learner has no challenge")
	}
	other := others.User.Challenges.Nodes[0]
	var voted struct {
		Subject struct {
			Score      int
			ViewerVote string
		}
	}
	run("vote", map[string]any{"subjectId": other.ID}, &voted)
	if voted.Subject.Score != other.Score+1 || voted.Subject.ViewerVote != "UP" {
		t.Errorf("voted: %+v, the score was %d", voted, other.Score)
	}
}
