package mail

import "strings"

// News is what a notification tells.
type News struct {
	// Kind is that of the notification, as in the schema.
	Kind string
	// Title is that of what it is about, or of what that belongs to.
	Title string
	// Actor is the handle of whoever caused it.
	Actor string
	// Subject is the id of what it is about.
	Subject string
}

// maxTitle is the greatest length of a title in a mail, in runes.
const maxTitle = 200

// Notification tells a person of something that happened.
func Notification(to string, n News, publicURL string) Message {
	// People choose the titles: each stays on its line, and within bounds.
	title := []rune(strings.Join(strings.Fields(n.Title), " "))
	if len(title) > maxTitle {
		title = append(title[:maxTitle], '…')
	}
	n.Title = string(title)
	return fill("notification.txt", to, content{URL: publicURL, News: n})
}
