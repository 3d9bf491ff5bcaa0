package ingest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/ingest"
)

// place is where and what a diagnostic is about.
type place struct {
	Line, Column int
	Severity     ingest.Severity
	Code         string
}

func TestDiagnostics(t *testing.T) {
	t.Parallel()
	complete := "# Notes\n\n## Overview\n\nx\n\n## Technologies\n\n- Redis\n\n## Concepts\n\n- Caching\n\n## Challenges\n\n- **A**: fixed by B\n\n## Takeaways\n\n- Ask\n\n## Collaboration\n\n- Tip: talk\n"
	for name, test := range map[string]struct {
		markdown string
		want     []place
	}{
		"nothing to say": {complete, nil},
		"missing sections": {"# Notes\n\n## Challenges\n\n- **A**: fixed by B\n", []place{
			{0, 0, "INFO", "MISSING_SECTION"},
			{0, 0, "WARNING", "MISSING_SECTION"},
			{0, 0, "WARNING", "MISSING_SECTION"},
			{0, 0, "WARNING", "MISSING_SECTION"},
			{0, 0, "INFO", "MISSING_SECTION"},
		}},
		"empty section":           {complete + "\n## Lessons\n", []place{{27, 0, "WARNING", "EMPTY_SECTION"}}},
		"placeholder":             {complete + "- ein Wört: [your name]\n- TODO\n", []place{{26, 13, "WARNING", "TEMPLATE_PLACEHOLDER"}, {27, 3, "WARNING", "TEMPLATE_PLACEHOLDER"}}},
		"no placeholder in code":  {complete + "\n```\n[your name]\n```\n", nil},
		"no placeholder in links": {complete + "- see [your profile](https://example.org)\n", nil},
		"open challenge":          {complete + "\n## Problems\n\n- C\n", []place{{29, 0, "INFO", "CHALLENGE_WITHOUT_SOLUTION"}}},
		"heading without a space": {complete + "\n##Lessons\n\n- Rest\n", []place{{27, 0, "INFO", "HEADING_WITHOUT_SPACE"}}},
		"a few broken bytes":      {complete + "\n- caf\xe9\n", []place{{27, 0, "WARNING", "INVALID_ENCODING"}}},
		"fence without an end":    {complete + "\n```\nx\n", []place{{27, 0, "WARNING", "UNBALANCED_FENCE"}}},
		"copied assignment": {
			complete + "- Exchange ideas with them, and develop synergies\n- Communicate to them which project you are developing\n- Stay updated with all announcements\n",
			[]place{{26, 0, "WARNING", "COPIED_ASSIGNMENT"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []place
			for _, d := range extract(t, test.markdown).Diagnostics {
				got = append(got, place{d.Line, d.Column, d.Severity, d.Code})
				if d.Message == "" {
					t.Errorf("%s says nothing", d.Code)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
		})
	}
}
