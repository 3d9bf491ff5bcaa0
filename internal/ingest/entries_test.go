package ingest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/ingest"
)

func TestTechnologies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		markdown string
		want     string
	}{
		"canonical names":             {"## Tech Stack\n\n- Postgres\n- NodeJS\n- k8s\n", "PostgreSQL, Node.js, Kubernetes"},
		"combined items":              {"## Tools\n\n- Docker & Docker Compose\n- Celery + RabbitMQ\n- Git/GitHub\n", "Docker, Docker Compose, Celery, RabbitMQ, Git, GitHub"},
		"versions and roles":          {"## Technologies\n\n- Python 3.10+\n- Redis (caching)\n- **Django 5** – web framework\n", "Python, Redis, Django"},
		"categories":                  {"## Technologies\n\n- **Frameworks**: Flask, Express\n- **Hosting**: Render, Railway\n", "Flask, Express, Render, Railway"},
		"table":                       {"## Stack\n\n| Area | Technologies |\n|--|--|\n| UI | React, Vite |\n| Tests | Jest |\n", "React, Vite, Jest"},
		"in a line":                   {"## Tools I used\n\nPython, FastAPI, Git\n", "Python, FastAPI, Git"},
		"letters that tell apart":     {"## Languages\n\n- C\n- C++\n- C#\n- .NET\n- Go\n", "C, C++, C#, .NET, Go"},
		"products nobody knows":       {"## Tools\n\n- @frob/nicate: audits\n- Frobnicate.js\n- **Authentication**: tokens\n", "@frob/nicate, Frobnicate.js"},
		"prose":                       {"We moved the cache to Redis and wrote tests with pytest.\n", "Redis, pytest"},
		"common words in prose":       {"We go on to make requests, express our needs, render a flower and notice the black sheep. React to it. Make sure that it works.\n", "React"},
		"common words beside others":  {"We deploy to Vercel and Render.\n", "Vercel, Render"},
		"longest name wins":           {"Built with React Native, Django REST Framework and GraphQL Playground.\n", "React Native, Django REST Framework, GraphQL Playground"},
		"not in code, links or paths": {"See https://redis.io/docs and `docker compose up`, or login.html.\n\n```sh\nnpm install axios\n```\n", ""},
		"as code":                     {"Settings moved to `.env` with `python-decouple`.\n", "python-decouple"},
		"abbreviation with a word":    {"## Technologies\n\n- Semantic HTML, modern CSS\n- SQL basics\n", "HTML, CSS, SQL"},
		"common word as the means":    {"The worker queue was watched with Flower.\n", "Flower"},
		"a workflow of a team":        {"### Git & GitHub workflows\n\nSmall branches.\n", "Git, GitHub"},
		"common words before others":  {"Railway, or Docker, will do.\n", "Docker, Railway"},
		"commands to type":            {"Install it first: pip install -r requirements.txt\n", ""},
		"each once":                   {"## Tools\n\n- Redis\n- redis\n\nRedis again.\n", "Redis"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var names []string
			for _, found := range extract(t, test.markdown).Technologies {
				names = append(names, found.Name)
			}
			if got := strings.Join(names, ", "); got != test.want {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestTechnologySaysWhatTheTextSaysOfIt(t *testing.T) {
	t.Parallel()
	got := extract(t, "## Technologies\n\n- **Redis**: cached `pages`\n  - and counters\n").Technologies[0]
	want := ingest.Technology{Name: "Redis", Category: "DATABASE", Text: "cached `pages`\n- and counters", Span: ingest.Span{FirstLine: 3, LastLine: 4}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestConcepts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		markdown string
		want     []string
	}{
		"labelled items":         {"## Key Concepts\n\n- **Caching**: keep it\n- Indexing – find it\n", []string{"Caching", "Indexing"}},
		"plain items":            {"## Concepts\n\n1. Row locking\n2. Token rotation\n", []string{"Row locking", "Token rotation"}},
		"items with details":     {"## Concepts\n\n- **Batching**\n  - collect keys\n  - ask once\n", []string{"Batching"}},
		"sub-headings":           {"## 2️⃣ Core Concepts\n\n### 📂 1. Caching\n\n- fast\n\n### Queues\n\ntext\n", []string{"Caching", "Queues"}},
		"a label over a list":    {"### Concepts\nCaching:\n1. fast\n2. stale\nQueues:\n1. slow\n", []string{"Caching", "Queues"}},
		"table":                  {"## Concepts\n\n| Concept | Meaning |\n|--|--|\n| Outbox | write first |\n", []string{"Outbox"}},
		"paragraphs":             {"## Concepts that stuck\n\n**Caching** is a promise.\n\n**Queues:** wait.\n", []string{"Caching", "Queues"}},
		"lines without marks":    {"Key Concepts\n\nCaching: keep it.\nQueues: wait.\n\nNext Steps\n\nMore of it.\n", []string{"Caching", "Queues"}},
		"bullets from elsewhere": {"## Concepts\n\n• Caching\n• Queues\n", []string{"Caching", "Queues"}},
		"in a list of tools":     {"## Technologies\n\n- **Redis**: cache\n- **Access control**: who may\n\n## Concepts\n\n- Caching\n", []string{"Caching", "Access control"}},
		"kind of tools":          {"## Technologies\n\n- **Containers**: Docker\n\n## Concepts\n\n- Caching\n", []string{"Caching"}},
		"named like the section": {"## Core Concepts\n\n### Roles\n- who\n\n### Queues\n- when\n\n### Rollout concepts\n- canary\n- rollback\n", []string{"Roles", "Queues", "Rollout concepts"}},
		"group of the section":   {"## Core Concepts\n\n### Roles\n- who\n\n### Queues\n- when\n\n### Additional concepts\n- Canary\n- Rollback\n", []string{"Roles", "Queues", "Canary", "Rollback"}},
		"core topics":            {"### Core Topics\n\n- **Layouts**\n  - grids\n- **Forms**\n  - checks\n", []string{"Layouts", "Forms"}},
		"numbered outline":       {"## Notes\n\n1. Key technologies:\nRedis, Docker\n\n2. Key concepts:\nCaching, Row locking, Queues\n\n3. Challenges faced\n", []string{"Caching", "Row locking", "Queues"}},
		"in a line":              {"## Concepts\n\nCaching, Row locking, and Queues.\n", []string{"Caching", "Row locking", "Queues"}},
		"French":                 {"## Concepts clés\n\n- Mise en cache\n", []string{"Mise en cache"}},
		"German":                 {"## Wichtige Konzepte\n\n- Zwischenspeicher\n", []string{"Zwischenspeicher"}},
		"placeholder":            {"## Concepts\n\n- **[Concept name]**: [explain]\n- TBD\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var titles []string
			for _, c := range extract(t, test.markdown).Concepts {
				titles = append(titles, c.Title)
			}
			if diff := cmp.Diff(test.want, titles); diff != "" {
				t.Errorf("concepts (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPractices(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		markdown string
		want     []string
	}{
		"items":             {"## Best Practices & Takeaways\n\n- Count statements\n- **Test early**: bugs are cheap\n", []string{"Count statements", "Test early"}},
		"groups":            {"## Best Practices\n\n### Security\n- Check input\n- Rotate keys\n\n### Takeaways\n1. Ask early\n", []string{"Check input", "Rotate keys", "Ask early"}},
		"groups by number":  {"### Best Practices\n1. API\n- Version it\n- Page it\n\n2. Database\n- Add keys\n- Measure first\n", []string{"Version it", "Page it", "Add keys", "Measure first"}},
		"lines":             {"### Lessons learned\nWrote tests first.\nKept secrets out.\nMeasured twice.\n", []string{"Wrote tests first.", "Kept secrets out.", "Measured twice."}},
		"check marks":       {"## Takeaways\n\n✅ **Readable**: short functions\n✅ **Honest**: no hidden state\n", []string{"Readable", "Honest"}},
		"prose":             {"## What I'd do differently\n\nI would write tests on day one. They pay off.\n", []string{"I would write tests on day one."}},
		"a labelled line":   {"## Takeaways\n\n- Ask early\n\n**Insight**: keep it small\n", []string{"Ask early", "Insight"}},
		"ends at a heading": {"## Takeaways\n\n- Ask early\n\n## Installation\n\n- Clone it\n", []string{"Ask early"}},
		"Spanish":           {"## Consejos\n\n- Mide antes de cambiar\n", []string{"Mide antes de cambiar"}},
		"ends at details":   {"Takeaways\n\nAsk early.\n\nProject Details\n\nDemo: https://demo.example.org/\n", []string{"Ask early."}},
		"ends at its usage": {"🧭 Takeaways\n\nAsk early.\n\n📂 How to use this repository\n\nRead it.\n", []string{"Ask early."}},
		"links":             {"## Takeaways\n\n- Ask early\n- Slides: https://slides.example.org/1\n", []string{"Ask early"}},
		"same twice":        {"## Takeaways\n\n- Ask early\n- ask early!\n", []string{"Ask early"}},
		"placeholder":       {"## Takeaways\n\n- TODO\n*(This section will be updated later.)*\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var titles []string
			for _, p := range extract(t, test.markdown).Practices {
				titles = append(titles, p.Title)
			}
			if diff := cmp.Diff(test.want, titles); diff != "" {
				t.Errorf("practices (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCollaboration(t *testing.T) {
	t.Parallel()
	d := extract(t, strings.Join([]string{
		"## Collaboration", "",
		"- **With frontend learners**: agree on names first",
		"- **Channel**: [#backend-help](https://discord.example.org/1) on Discord",
		"- Slack: `#release-notes`",
		"- GitHub Discussions: longer answers",
		"- Tip: paste the whole error",
		"",
	}, "\n"))
	var channels, tips []string
	for _, c := range d.Channels {
		channels = append(channels, c.Kind+" "+c.Name+" "+c.URL)
	}
	for _, tip := range d.Tips {
		tips = append(tips, tip.Body)
	}
	if diff := cmp.Diff([]string{"DISCORD #backend-help https://discord.example.org/1", "SLACK #release-notes ", "GITHUB GitHub Discussions "}, channels); diff != "" {
		t.Errorf("channels (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"**With frontend learners**: agree on names first", "paste the whole error"}, tips); diff != "" {
		t.Errorf("tips (-want +got):\n%s", diff)
	}
}

func TestProgramAndOverview(t *testing.T) {
	t.Parallel()
	for markdown, want := range map[string]string{
		"# Notes of the **Backend Engineering Programme**\n":    "Backend Engineering Programme",
		"The Nova Frontend Engineering program is fun.\n":       "Nova Frontend Engineering program",
		"## Overview of the Data & Cloud Engineering Program\n": "Data & Cloud Engineering Program",
		"# Programa de Ingeniería Backend\n":                    "Programa de Ingeniería Backend",
		"Run the program. The Program is fast.\n":               "",
		"# Shop API\n\nA backend for shops.\n":                  "",
	} {
		if got := extract(t, markdown).Program; got != want {
			t.Errorf("%q names the programme %q, want %q", markdown, got, want)
		}
	}
	for markdown, want := range map[string]string{
		"# My notes\n\nHello.\n": "My notes", "My notes\n\n## Overview\n\nHello.\n": "My notes", "Hello there.\n\n# My notes\n": "My notes",
		"![logo](x.png)\n\n# My notes\n": "My notes", "Only a line of text.\n": "", "# [Your title]\n\n## Overview\n": "", "## Overview\n\nHello.\n": "",
		"# My notes #\n": "My notes", "": "",
	} {
		if got := extract(t, markdown).Title; got != want {
			t.Errorf("%q has the title %q, want %q", markdown, got, want)
		}
	}
	d := extract(t, "# My notes\n\nHello.\n\n## About the programme\n\nSix *months*\nof work.\n\n- one\n- two\n")
	if d.Title != "My notes" || d.Overview != "Six *months*\nof work.\n- one\n- two" {
		t.Errorf("title %q, overview %q", d.Title, d.Overview)
	}
}
