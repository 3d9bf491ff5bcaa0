package markdown_test

import (
	"strings"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/markdown"
)

func TestHTML(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, want string }{
		"nothing":       {"", ""},
		"emphasis":      {"a **b** ~~c~~", "<p>a <strong>b</strong> <del>c</del></p>\n"},
		"code":          {"```go\na < b\n```", "<pre><code class=\"language-go\">a &lt; b\n</code></pre>\n"},
		"link":          {"[a](https://example.org/?a=1&b=2)", `<p><a href="https://example.org/?a=1&amp;b=2" rel="nofollow">a</a></p>` + "\n"},
		"bare link":     {"see https://example.org", `<p>see <a href="https://example.org" rel="nofollow">https://example.org</a></p>` + "\n"},
		"mail":          {"<a@example.org>", `<p><a href="mailto:a@example.org" rel="nofollow">a@example.org</a></p>` + "\n"},
		"relative link": {"[a](docs/a.md#b)", `<p><a href="docs/a.md#b" rel="nofollow">a</a></p>` + "\n"},
		"image":         {"![a](https://example.org/a.png)", `<p><img src="https://example.org/a.png" alt="a"></p>` + "\n"},
		"line break":    {"a<br>b", "<p>a<br>b</p>\n"},
		"details":       {"<details><summary>a</summary>\n\nb\n\n</details>", "<details><summary>a</summary>\n<p>b</p>\n</details>"},
		"table": {
			"|a|b|\n|-|-:|\n|1|2|",
			"<table>\n<thead>\n<tr>\n<th>a</th>\n<th align=\"right\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td align=\"right\">2</td>\n</tr>\n</tbody>\n</table>\n",
		},
		"tasks": {
			"- [x] a\n- [ ] b",
			"<ul>\n<li><input checked=\"\" disabled=\"\" type=\"checkbox\"> a</li>\n<li><input disabled=\"\" type=\"checkbox\"> b</li>\n</ul>\n",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := markdown.HTML(test.text); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// Nothing that a text holds can run, phish or reach out of its place.
func TestHTMLIsSafe(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"script":           "a <script>alert(1)</script>",
		"script block":     "<script>\nalert(1)\n</script>\n",
		"handler":          `<img src=x onerror=alert(1)>`,
		"handler in link":  `<a href="https://example.org" onclick="alert(1)">a</a>`,
		"javascript":       "[a](javascript:alert(1))",
		"mixed case":       "[a](JaVaScRiPt:alert(1))",
		"hidden in tabs":   "<a href=\"java\tscript:alert(1)\">a</a>",
		"entities":         "[a](&#106;avascript:alert(1))",
		"data":             "[a](data:text/html;base64,PHNjcmlwdD4=)",
		"vbscript":         "<a href='vbscript:alert(1)'>a</a>",
		"frame":            `<iframe src="https://example.org"></iframe>`,
		"object":           `<object data="a.swf"></object><embed src="a.swf">`,
		"form":             `<form action="https://example.org"><input type="password" name="p"><button>go</button></form>`,
		"password":         `<input type="password" name="p">`,
		"submit":           `<input type="submit" formaction="https://example.org">`,
		"style":            `<p style="position:fixed">a</p><style>p{}</style>`,
		"SVG":              `<svg onload=alert(1)><script>alert(1)</script></svg>`,
		"MathML":           `<math><mi xlink:href="javascript:alert(1)">a</mi></math>`,
		"base":             `<base href="https://example.org/">`,
		"meta":             `<meta http-equiv="refresh" content="0;url=https://example.org">`,
		"unclosed":         `<img src="x" onerror="alert(1)"`,
		"in a code's info": "```\"><script>alert(1)</script>\na\n```",
		"in a title":       `[a](https://example.org "\"><script>alert(1)</script>")`,
		"in an alt text":   `![<script>alert(1)</script>](https://example.org/a.png)`,
		"autolink":         "<javascript:alert(1)>",
	}
	forbidden := []string{
		"<script", "onerror=", "onclick=", "onload=", `href="java`, `href="data`, `href="vb`, "<iframe", "<object", "<embed", "<form", "<button",
		"password", "submit", "formaction", "style=", "<style", "<svg", "<math", "<base", "<meta",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := strings.ToLower(markdown.HTML(text))
			for _, part := range forbidden {
				// Escaped text is harmless, tags and attributes are not.
				if i := strings.Index(got, part); i >= 0 && strings.LastIndexByte(got[:i+1], '<') > strings.LastIndexByte(got[:i+1], '>') {
					t.Errorf("%q stays: %s", part, got)
				}
			}
		})
	}
}

func TestOptional(t *testing.T) {
	t.Parallel()
	if markdown.Optional(nil) != nil {
		t.Error("nothing became something")
	}
	text := "*a*"
	if got := markdown.Optional(&text); got == nil || *got != "<p><em>a</em></p>\n" {
		t.Errorf("got %v", got)
	}
}

// stairs is a list of n items, each inside the one before.
func stairs(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	return b.String()
}

// What is too costly is shown as it is, and nothing in it comes to life.
func TestACostlyTextIsShownAsItIs(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("[a](", 50_000) + "<script>"
	if got := markdown.HTML(text); got != "<pre>"+strings.Repeat("[a](", 50_000)+"&lt;script&gt;</pre>" {
		t.Errorf("got %.60s… of %d bytes", got, len(got))
	}
}

// A long document of an ordinary kind is rendered.
func TestALongTextIsRendered(t *testing.T) {
	t.Parallel()
	text := "# Notes\n\n" + strings.Repeat("- [a link](https://example.org/a/long/path) and words\n", 10_000) +
		"\n| a | b |\n|---|---|\n" + strings.Repeat("| 1 | [2](b.md) |\n", 2000) + "\n```\n" + strings.Repeat("\t[x](y) - - -\n", 1000) + "```\n"
	if got := markdown.HTML(text); !strings.HasPrefix(got, "<h1") {
		t.Errorf("got %.60s…", got)
	}
}

// A text that is made to be slow is not.
func TestHTMLOfHostileTextsIsFast(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"links, just taken": strings.Repeat("[a](", 8500),
		"cells, just taken": strings.Repeat("|a", 400) + "|\n" + strings.Repeat("|-", 400) + "|\n" + strings.Repeat("|b|\n", 450),
		"lists, just taken": strings.Repeat(stairs(190), 10),
		"paragraphs":        strings.Repeat(strings.Repeat("[a](", 1000)+"\n\n", 70),
		"swelling table":    strings.Repeat("|a", 20_000) + "|\n" + strings.Repeat("|-", 20_000) + "|\n" + strings.Repeat("|b|\n", 20_000),
		"quoted table":      "> " + strings.Repeat("|a", 20_000) + "|\n> " + strings.Repeat("|-", 20_000) + "|\n" + strings.Repeat("> |b|\n", 20_000),
		"stairs":            stairs(3000),
		"deep list":         strings.Repeat("- ", 5000) + "a",
		"deep quote":        strings.Repeat("> ", 5000) + "a",
		"open links":        strings.Repeat("[", 50_000),
		"open marks":        strings.Repeat("*a **a ", 20_000),
		"open tags":         strings.Repeat("<a>", 20_000),
		"backticks":         strings.Repeat("`a``b", 20_000),
		"wide table":        strings.Repeat("|a", 2000) + "|\n" + strings.Repeat("|-", 2000) + "|\n" + strings.Repeat("|b|\n", 500),
		"one long word":     strings.Repeat("a", 1<<20),
	} {
		start := time.Now()
		markdown.HTML(text)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: %d bytes took %s", name, len(text), took)
		} else {
			t.Logf("%s: %s", name, took)
		}
	}
}
