package vocabulary_test

import (
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/ingest/fold"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

func TestEverySpellingBelongsToOneTechnology(t *testing.T) {
	t.Parallel()
	owners := map[string]string{}
	for _, technology := range vocabulary.Get().Technologies() {
		for _, name := range append([]string{technology.Name}, technology.Aliases...) {
			folded := fold.Text(name)
			if owner, taken := owners[folded]; taken && owner != technology.Name {
				t.Errorf("%q belongs to %s and to %s", name, owner, technology.Name)
			} else if taken {
				t.Errorf("%s has the spelling %q twice", technology.Name, name)
			}
			owners[folded] = technology.Name
		}
	}
}

func TestEveryCategoryIsOneOfTheSchema(t *testing.T) {
	t.Parallel()
	schema := map[string]bool{
		"LANGUAGE": true, "FRAMEWORK": true, "LIBRARY": true, "DATABASE": true, "MESSAGING": true,
		"TOOL": true, "PLATFORM": true, "STANDARD": true, "OTHER": true,
	}
	for _, technology := range vocabulary.Get().Technologies() {
		if !schema[technology.Category] {
			t.Errorf("%s has the category %q", technology.Name, technology.Category)
		}
	}
}

func TestSpot(t *testing.T) {
	t.Parallel()
	listed := func(name string) bool { return name == "Render" }
	for text, want := range map[string]string{
		"Node.js, C++ and .NET":                "Node.js C++ .NET",
		"React Native is not React":            "React Native React",
		"up next. JS was new":                  "",
		"Django, not django.conf or x.redis":   "Django",
		"https://redis.io/x Postgres":          "PostgreSQL",
		"we React, you react, they express":    "React",
		"Render on Render, but render no more": "Render",
		"Docker-Compose":                       "Docker Compose",
		"queues watched with Flower.":          "Flower",
		"a vase with Flower Patterns":          "",
		"then pip install it, pip is fine":     "pip",
		"GitHub workflows of a team":           "",
	} {
		var names []string
		for _, technology := range vocabulary.Get().Spot(text, listed) {
			names = append(names, technology.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("Spot(%q) = %q, want %q", text, got, want)
		}
	}
}
