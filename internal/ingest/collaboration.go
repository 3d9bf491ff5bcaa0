package ingest

import (
	"regexp"
	"slices"
	"strings"

	"github.com/project-nexus/nexus/internal/ingest/outline"
	"github.com/project-nexus/nexus/internal/ingest/section"
	"github.com/project-nexus/nexus/internal/ingest/template"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

var (
	// services are where people talk, as they are written.
	services    = regexp.MustCompile(`(?i)\b(discord|slack|telegram|whats ?app|github\s+discussions?|microsoft teams|mattermost|zulip|matrix)\b`)
	discussions = regexp.MustCompile(`(?i)\bgithub\s+discussions\b`)
	// tag is the name of a channel.
	tag = regexp.MustCompile(`(?:^|[\s("'*_\x60:–—-])#([\p{L}][\p{L}\p{N}_-]+)`)
)

// maxTags is how many channels one text may name.
const maxTags = 20

// readCollaboration finds channels and tips.
func (x *extraction) readCollaboration() {
	c := collaboration{extraction: x, seen: map[string]bool{}, only: x.onlyService()}
	for _, s := range x.sections {
		inside := s.Kind == vocabulary.Collaboration
		around := ""
		if s.Heading != nil {
			around = serviceIn(s.Heading.Text.String())
			c.channels(s.Heading, s.Heading.Text, "", inside)
		}
		if inside && x.words.Labels(s.Title(), vocabulary.TipLabel) {
			around = ""
		}
		c.nodes(s.Nodes, inside, around)
	}
	if len(x.document.Channels) == 0 {
		c.unnamed()
	}
}

type collaboration struct {
	*extraction
	seen map[string]bool
	// only is the one service that the document speaks of; empty when there are more.
	only string
}

// nodes reads siblings; inside says that they are in a section on collaboration.
func (c *collaboration) nodes(nodes []*outline.Node, inside bool, around string) {
	for _, n := range nodes {
		named := serviceIn(n.Text.String())
		if named == "" {
			named = around
		}
		found := c.channels(n, n.Text, around, inside)
		for _, child := range n.Children {
			if n.Kind != outline.Heading {
				found = c.channels(child, child.Text, named, inside) || found
			}
		}
		switch {
		case n.Kind == outline.Heading:
			c.nodes(n.Children, inside || c.words.Labels(section.Title(n.Text), vocabulary.TipLabel), named)
		case !found:
			c.tip(n, inside)
		}
	}
}

// channels finds the channels that a text names.
func (c *collaboration) channels(n *outline.Node, text outline.Inline, around string, inside bool) bool {
	plain := text.String()
	if !strings.Contains(plain, "#") && !mayNameService(plain) {
		return false
	}
	named := servicesIn(plain)
	found := false
	for _, m := range tag.FindAllStringSubmatch(plain, maxTags) {
		name := nearest(plain, m[0], named)
		if name == "" {
			name = around
		}
		if name == "" {
			name = serviceOfLink(text)
		}
		if name == "" && inside {
			name = c.only
		}
		if name == "" && !inside {
			continue
		}
		found = true
		c.addChannel(n, name, "#"+m[1], linkOf(text))
	}
	if inside && discussions.MatchString(plain) {
		c.addChannel(n, "GitHub Discussions", "GitHub Discussions", "")
		return true
	}
	return found
}

func (c *collaboration) addChannel(n *outline.Node, service, name, url string) {
	key := Fold(service + " " + name)
	if c.seen[key] || len(c.document.Channels) > 50 {
		return
	}
	c.seen[key] = true
	name, _ = title(name, maxChannelName)
	c.document.Channels = append(c.document.Channels, Channel{
		Name: name, Kind: kindOf(service), URL: url, service: service, Span: c.span(n.First, n.First),
	})
}

// unnamed finds a service that a section on collaboration speaks of without
// naming a channel.
func (c *collaboration) unnamed() {
	for _, s := range c.of(vocabulary.Collaboration) {
		outline.Walk(s.Nodes, func(n *outline.Node) {
			if service := serviceIn(n.Text.String()); service != "" {
				c.addChannel(n, service, service, linkOf(n.Text))
			}
		})
	}
}

// tip adds advice: what is labelled so, and the items of sections on collaboration.
func (c *collaboration) tip(n *outline.Node, inside bool) {
	l := n.Text.SplitLabel()
	labelled := c.words.Labels(l.Label.String(), vocabulary.TipLabel)
	text := n.Text.Trim()
	if labelled {
		text = l.Text
	}
	body := strings.TrimSpace(text.Markdown() + "\n" + outline.Markdown(n.Children))
	if !labelled && (!inside || n.Kind != outline.Item) || Fold(body) == "" || template.IsPlaceholder(body) || template.IsAssignment(body) {
		return
	}
	if key := "tip " + Fold(body); !c.seen[key] {
		c.seen[key] = true
		c.document.Tips = append(c.document.Tips, Tip{Body: body, Span: c.span(n.First, n.Last)})
	}
}

// onlyService returns the service that the document speaks of, when it is one.
func (x *extraction) onlyService() string {
	var names []string
	outline.Walk(x.nodes, func(n *outline.Node) {
		text := n.Text.String()
		if !mayNameService(text) {
			return
		}
		for _, m := range services.FindAllString(text, maxTags) {
			names = append(names, serviceName(m))
		}
	})
	slices.Sort(names)
	if names = slices.Compact(names); len(names) == 1 {
		return names[0]
	}
	return ""
}

// servicesIn returns the places where a text names services.
func servicesIn(text string) [][]int {
	if !mayNameService(text) {
		return nil
	}
	return services.FindAllStringIndex(text, maxTags)
}

// nearest returns the service that stands nearest to a tag in a text, of those
// named at some places; empty without any.
func nearest(text, tag string, named [][]int) string {
	at := strings.Index(text, tag)
	best, service := -1, ""
	for _, m := range named {
		distance := min(abs(at-m[1]), abs(m[0]-at-len(tag)))
		if best < 0 || distance < best {
			best, service = distance, serviceName(text[m[0]:m[1]])
		}
	}
	return service
}

func abs(n int) int { return max(n, -n) }

func serviceIn(text string) string {
	if !mayNameService(text) {
		return ""
	}
	return serviceName(services.FindString(text))
}

// mayNameService is a quick look for the names of services.
func mayNameService(text string) bool {
	lower := strings.ToLower(text)
	for _, part := range []string{"discord", "slack", "telegram", "whats", "discussion", "teams", "mattermost", "zulip", "matrix"} {
		if strings.Contains(lower, part) {
			return true
		}
	}
	return false
}

// serviceName is the usual spelling of a service.
func serviceName(s string) string {
	switch lower := strings.ToLower(s); {
	case lower == "":
		return ""
	case strings.HasPrefix(lower, "github"):
		return "GitHub Discussions"
	case strings.HasPrefix(lower, "whats"):
		return "WhatsApp"
	case strings.HasPrefix(lower, "microsoft"):
		return "Microsoft Teams"
	default:
		return strings.ToUpper(lower[:1]) + lower[1:]
	}
}

// kindOf returns the ChannelKind of a service.
func kindOf(service string) string {
	switch {
	case service == "Discord":
		return "DISCORD"
	case service == "Slack":
		return "SLACK"
	case strings.HasPrefix(service, "GitHub"):
		return "GITHUB"
	}
	return "OTHER"
}

func serviceOfLink(text outline.Inline) string {
	for _, p := range text {
		if s := serviceIn(p.URL); s != "" {
			return s
		}
	}
	return ""
}

func linkOf(text outline.Inline) string {
	for _, p := range text {
		if p.Style == outline.Link && (strings.HasPrefix(p.URL, "https://") || strings.HasPrefix(p.URL, "http://")) {
			return p.URL
		}
	}
	return ""
}
