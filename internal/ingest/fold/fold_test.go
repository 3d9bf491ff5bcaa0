package fold_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/project-nexus/nexus/internal/ingest/fold"
)

func TestText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"PostgreSQL":             "postgresql",
		"  Node.js ":             "node js",
		"**Redis** (caching)":    "redis caching",
		"Diseño & Índices":       "diseno indices",
		"C":                      "c",
		"C++":                    "c++",
		"C++17 and C":            "c++ 17 and c",
		"C#":                     "c#",
		"C# 12":                  "c# 12",
		".NET":                   "dotnet",
		"The .NET 8 runtime":     "the dotnet 8 runtime",
		"example.net":            "example net",
		".networks":              "networks",
		"Python 3.10+":           "python 3 10",
		"a + b ++ c":             "a b c",
		"Discord #backend-help":  "discord backend help",
		"It's the user’s `name`": "its the users name",
		"Ｆｕｌｌ　ｗｉｄｔｈ":             "full width",
		"日本語":                    "日本語",
		"🚀 – !":                  "",
		"":                       "",
	} {
		if got := fold.Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"C++ and C#", ".NET", "e\u0301", "++c", "c+++", "c##", "ǅ ß İ", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := fold.Text(s)
		if utf8.ValidString(s) && !utf8.ValidString(once) {
			t.Errorf("Text(%q) = %q is not UTF-8", s, once)
		}
		if again := fold.Text(once); again != once {
			t.Errorf("Text(%q) = %q, and folded again %q", s, once, again)
		}
		if once != strings.Join(strings.Fields(once), " ") {
			t.Errorf("Text(%q) = %q has odd spaces", s, once)
		}
	})
}
