package graph_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/id"
)

// Whatever people write as Markdown comes back as it is, and its HTML does nothing
// in the browser of a reader.
func TestWhatPeopleWriteIsInertAsHTML(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	fillHub(t, db, few)
	handler := graph.NewHandler(services(db), quietly(time.Millisecond))
	const hostile = "Do *this*:\n\n<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> <svg/onload=alert(1)> <iframe src=\"javascript:alert(1)\"></iframe>\n\n" +
		"<a href=\"javascript:alert(1)\">a</a> [b](javascript:alert(1)) [c](data:text/html;base64,PHNjcmlwdD4=) [d](vbscript:x)\n\n" +
		"<form action=\"https://example.org\"><input name=password></form><style>*{display:none}</style><base href=\"//example.org\">\n"
	active := regexp.MustCompile(`(?i)<[^>]*[\s/]on\w+\s*=|</?(script|svg|iframe|form|input|style|base|object|embed)\b|=\s*["']?(javascript|data|vbscript):`)
	challenge := wire(numbered[id.Challenge](1))
	for name, test := range map[string]struct{ mutation, input, object string }{
		"a challenge":         {"createChallenge", `title: "x"`, "challenge"},
		"a changed challenge": {"updateChallenge", fmt.Sprintf("id: %q", challenge), "challenge"},
		"a solution":          {"addSolution", fmt.Sprintf("challengeId: %q", challenge), "solution"},
		"a changed solution":  {"updateSolution", fmt.Sprintf("id: %q", wire(numbered[id.Solution](1))), "solution"},
		"a comment":           {"addComment", fmt.Sprintf("subjectId: %q", challenge), "comment"},
		"a changed comment":   {"updateComment", fmt.Sprintf("id: %q", wire(numbered[id.Comment](1))), "comment"},
	} {
		query := fmt.Sprintf(`mutation($body: Markdown!) { got: %s(input: {%s, body: $body}) { %s { body bodyHtml } } }`, test.mutation, test.input, test.object)
		got := mustAsk(asAdmin(t.Context()), t, handler, query, map[string]any{"body": hostile})
		payload, _ := got.Data["got"].(map[string]any)
		object, ok := payload[test.object].(map[string]any)
		if !ok || object["body"] != hostile {
			t.Errorf("%s is %v", name, payload)
			continue
		}
		html := fmt.Sprint(object["bodyHtml"])
		if found := active.FindString(html); found != "" || !strings.Contains(html, "<em>this</em>") {
			t.Errorf("the HTML of %s holds %q:\n%s", name, found, html)
		}
	}
}
