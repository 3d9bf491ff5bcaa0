// Package markdown turns Markdown into HTML that is safe to insert into a page.
//
// It reads CommonMark with GitHub's tables, task lists, strikethrough and
// autolinks. Raw HTML in the text and everything that could run a script are
// removed: goldmark writes, bluemonday's policy for user content decides what
// stays. It keeps no state and never fails. A text that is made to be slow, or
// to swell, is shown as it is.
package markdown

import (
	"bytes"
	stdhtml "html"
	"regexp"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
)

// HTML returns text as sanitised HTML.
func HTML(text string) string {
	if text == "" {
		return ""
	}
	if isCostly(text) {
		return "<pre>" + stdhtml.EscapeString(text) + "</pre>"
	}
	r := renderers()
	var out bytes.Buffer
	out.Grow(len(text) * 3 / 2)
	if err := r.markdown.Convert([]byte(text), &out); err != nil {
		// A buffer never refuses a write, and goldmark has no other errors.
		return ""
	}
	return r.policy.SanitizeReader(&out).String()
}

// Optional returns nil for nil, else the HTML of *text.
func Optional(text *string) *string {
	if text == nil {
		return nil
	}
	rendered := HTML(*text)
	return &rendered
}

type renderer struct {
	markdown goldmark.Markdown
	policy   *bluemonday.Policy
}

// renderers is made once: both parts are costly to make and safe to share.
//
//nolint:gochecknoglobals // a constant that needs a constructor
var renderers = sync.OnceValue(func() *renderer {
	policy := bluemonday.UGCPolicy()
	policy.RequireNoFollowOnLinks(true)
	// Task lists are written with these; any other input could ask for a password.
	policy.AllowAttrs("type").Matching(regexp.MustCompile("^checkbox$")).OnElements("input")
	policy.AllowAttrs("checked", "disabled").OnElements("input")
	// Clients colour code by this.
	policy.AllowAttrs("class").Matching(regexp.MustCompile("^language-[A-Za-z0-9+#._-]{1,40}$")).OnElements("code")
	return &renderer{
		markdown: goldmark.New(
			goldmark.WithExtensions(extension.Linkify, extension.Strikethrough, extension.TaskList,
				extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))),
			// Raw HTML stays in and is cleaned by the policy, so that <br>,
			// <details> and images of real READMEs survive.
			goldmark.WithRendererOptions(html.WithUnsafe()),
		),
		policy: policy,
	}
})
